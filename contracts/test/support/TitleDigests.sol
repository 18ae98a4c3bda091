// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Former, Mortgage, Part, Share, Terms, Title} from "../../solidity/land/LandTypes.sol";

/// @title The messages of the title register, hashed as EIP-712 says
/// @author The Xinlu authors
/// @notice Written a second time, from the standard, so that tests do not ask the register what it means.
library TitleDigests {
    string private constant _SHARE = "Share(bytes32 key,bytes32 party,uint64 numerator)";
    string private constant _MORTGAGE =
        "Mortgage(bytes32 key,bytes32 party,bytes32 claim,uint8 restrictions)";
    string private constant _TITLE =
        "Title(bytes32 parcel,uint64 denominator,Share[] owners,Mortgage[] mortgages,bytes32[] orders)";
    string private constant _PART = "Part(bytes32 unit,bytes32 parcel)";
    string private constant _FORMER = "Former(bytes32 unit,uint32 version,Title title)";
    string private constant _MANDATE =
        "Mandate(bytes32 unit,uint32 version,bytes32 representative,bytes32 nonce,uint48 deadline)";

    /// @notice The digest of a message.
    /// @param register The contract that takes it.
    /// @param message Its struct hash.
    /// @return hash The digest.
    function digest(address register, bytes32 message) internal view returns (bytes32 hash) {
        bytes32 domain = keccak256(
            abi.encode(
                keccak256(
                    "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)"
                ),
                keccak256("XinluTitleRegister"),
                keccak256("1"),
                block.chainid,
                register
            )
        );
        return keccak256(abi.encodePacked(hex"1901", domain, message));
    }

    /// @notice The message of a change of one unit.
    /// @param name Its primary type.
    /// @param terms What it names.
    /// @param before The state before.
    /// @param state The state after.
    /// @return hash Its struct hash.
    function change(
        string memory name,
        Terms memory terms,
        Title memory before,
        Title memory state
    ) internal pure returns (bytes32 hash) {
        bytes32 typeHash = keccak256(
            abi.encodePacked(
                name,
                "(bytes32 unit,uint32 version,Title before,Title after,bytes32 nonce,uint48 deadline)",
                _MORTGAGE,
                _SHARE,
                _TITLE
            )
        );
        bytes memory named = abi.encode(typeHash, terms.unit, terms.version, stateOf(before), stateOf(state));
        return keccak256(abi.encodePacked(named, abi.encode(terms.nonce, terms.deadline)));
    }

    /// @notice The message that opens a unit.
    /// @param terms What it names.
    /// @param title The state.
    /// @return hash Its struct hash.
    function open(Terms memory terms, Title memory title) internal pure returns (bytes32 hash) {
        bytes32 typeHash = keccak256(
            abi.encodePacked(
                "Open(bytes32 unit,Title title,bytes32 nonce,uint48 deadline)",
                _MORTGAGE,
                _SHARE,
                _TITLE
            )
        );
        return keccak256(abi.encode(typeHash, terms.unit, stateOf(title), terms.nonce, terms.deadline));
    }

    /// @notice The message that splits a unit.
    /// @param terms What it names.
    /// @param before The state before.
    /// @param parts The parts.
    /// @return hash Its struct hash.
    function split(
        Terms memory terms,
        Title memory before,
        Part[] memory parts
    ) internal pure returns (bytes32 hash) {
        bytes32[] memory list = new bytes32[](parts.length);
        for (uint256 i = 0; i < parts.length; ++i) {
            list[i] = keccak256(abi.encode(keccak256(bytes(_PART)), parts[i].unit, parts[i].parcel));
        }
        bytes32 typeHash = keccak256(
            abi.encodePacked(
                "Split(bytes32 unit,uint32 version,Title before,Part[] parts,bytes32 nonce,uint48 deadline)",
                _MORTGAGE,
                _PART,
                _SHARE,
                _TITLE
            )
        );
        bytes memory named = abi.encode(typeHash, terms.unit, terms.version, stateOf(before));
        bytes32 hashOfParts = keccak256(abi.encodePacked(list));
        return keccak256(abi.encodePacked(named, hashOfParts, abi.encode(terms.nonce, terms.deadline)));
    }

    /// @notice The message that merges units.
    /// @param terms What it names.
    /// @param formers The former units.
    /// @param state The state of the new one.
    /// @return hash Its struct hash.
    function merge(
        Terms memory terms,
        Former[] memory formers,
        Title memory state
    ) internal pure returns (bytes32 hash) {
        bytes32 typeHash = keccak256(abi.encodePacked(_FORMER, _MORTGAGE, _SHARE, _TITLE));
        bytes32[] memory list = new bytes32[](formers.length);
        for (uint256 i = 0; i < formers.length; ++i) {
            list[i] = keccak256(
                abi.encode(typeHash, formers[i].unit, formers[i].version, stateOf(formers[i].title))
            );
        }
        typeHash = keccak256(
            abi.encodePacked(
                "Merge(Former[] formers,bytes32 unit,Title after,bytes32 nonce,uint48 deadline)",
                _FORMER,
                _MORTGAGE,
                _SHARE,
                _TITLE
            )
        );
        bytes memory named = abi.encode(typeHash, keccak256(abi.encodePacked(list)), terms.unit, stateOf(state));
        return keccak256(abi.encodePacked(named, abi.encode(terms.nonce, terms.deadline)));
    }

    /// @notice The message by which a party is represented in one change.
    /// @param terms What the change names.
    /// @param representative The representative's key.
    /// @return hash Its struct hash.
    function mandate(Terms memory terms, bytes32 representative) internal pure returns (bytes32 hash) {
        return
            keccak256(
                abi.encode(
                    keccak256(bytes(_MANDATE)),
                    terms.unit,
                    terms.version,
                    representative,
                    terms.nonce,
                    terms.deadline
                )
            );
    }

    /// @notice The hash of a state.
    /// @param title The state.
    /// @return hash Its struct hash.
    function stateOf(Title memory title) internal pure returns (bytes32 hash) {
        bytes32[] memory owners = new bytes32[](title.owners.length);
        for (uint256 i = 0; i < owners.length; ++i) {
            Share memory share = title.owners[i];
            owners[i] = keccak256(
                abi.encode(keccak256(bytes(_SHARE)), share.key, share.party, share.numerator)
            );
        }
        bytes32[] memory mortgages = new bytes32[](title.mortgages.length);
        for (uint256 i = 0; i < mortgages.length; ++i) {
            Mortgage memory one = title.mortgages[i];
            mortgages[i] = keccak256(
                abi.encode(keccak256(bytes(_MORTGAGE)), one.key, one.party, one.claim, one.restrictions)
            );
        }
        return
            keccak256(
                abi.encode(
                    keccak256(abi.encodePacked(_TITLE, _MORTGAGE, _SHARE)),
                    title.parcel,
                    title.denominator,
                    keccak256(abi.encodePacked(owners)),
                    keccak256(abi.encodePacked(mortgages)),
                    keccak256(abi.encodePacked(title.orders))
                )
            );
    }
}
