// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Mortgage, Share, Title} from "./LandTypes.sol";

/// @title The state of a title: its hash, its form, and whose approval a change of it takes
/// @author The Xinlu authors
/// @notice Hashes are EIP-712 struct hashes, so that a wallet shows the owner what she signs.
library TitleState {
    /// @dev A title by the hashes of its members: what a change leaves alone is not hashed twice.
    struct Members {
        bytes32 parcel;
        uint64 denominator;
        bytes32 owners;
        bytes32 mortgages;
        bytes32 orders;
    }

    /// @dev A list of keys with room to grow.
    struct Keys {
        bytes32[] list;
        uint256 count;
    }

    /// @notice A transfer needs the mortgage holder.
    uint8 internal constant RESTRICTS_TRANSFER = 1;
    /// @notice A further mortgage needs the mortgage holder.
    uint8 internal constant RESTRICTS_MORTGAGE = 2;
    /// @notice Bounds that keep every title small enough to be changed within one block.
    uint256 internal constant MAX_OWNERS = 256;
    /// @notice Most mortgages of a title.
    uint256 internal constant MAX_MORTGAGES = 32;
    /// @notice Most court orders on a title.
    uint256 internal constant MAX_ORDERS = 32;

    bytes32 private constant _SHARE = keccak256("Share(bytes32 key,bytes32 party,uint64 numerator)");
    bytes32 private constant _MORTGAGE =
        keccak256("Mortgage(bytes32 key,bytes32 party,bytes32 claim,uint8 restrictions)");
    bytes32 private constant _TITLE =
        keccak256(
            "Title(bytes32 parcel,uint64 denominator,Share[] owners,Mortgage[] mortgages,bytes32[] orders)"
            "Mortgage(bytes32 key,bytes32 party,bytes32 claim,uint8 restrictions)"
            "Share(bytes32 key,bytes32 party,uint64 numerator)"
        );

    /// @notice A list is empty or too long.
    /// @param count Its length.
    /// @param max The most that are taken.
    error CountRefused(uint256 count, uint256 max);
    /// @notice Owners stand in ascending order of key, each once.
    /// @param before The key before.
    /// @param key The key that is not above it.
    error OwnersNotAscending(bytes32 before, bytes32 key);
    /// @notice An owner holds nothing or is nobody.
    /// @param key The owner's key.
    error ShareEmpty(bytes32 key);
    /// @notice The shares do not add up to one.
    /// @param sum The sum of the numerators.
    /// @param denominator What it has to be.
    error SharesNotOne(uint256 sum, uint64 denominator);
    /// @notice A mortgage lacks its holder or its claim, or has a restriction that is not known.
    /// @param claim The claim.
    error MortgageMalformed(bytes32 claim);
    /// @notice A commitment is missing.
    error CommitmentMissing();
    /// @notice A change that changes nothing.
    error NothingChanges();

    /// @notice The members of a title.
    /// @param title The title.
    /// @return members Its members, hashed.
    function membersOf(Title calldata title) internal pure returns (Members memory members) {
        members.parcel = title.parcel;
        members.denominator = title.denominator;
        members.owners = hashOwners(title.owners);
        members.mortgages = hashList(hashMortgages(title.mortgages, 0));
        members.orders = hashList(title.orders);
    }

    /// @notice The EIP-712 hash of a title.
    /// @param members Its members, hashed.
    /// @return hash The hash.
    function hashOf(Members memory members) internal pure returns (bytes32 hash) {
        return
            keccak256(
                abi.encode(
                    _TITLE,
                    members.parcel,
                    members.denominator,
                    members.owners,
                    members.mortgages,
                    members.orders
                )
            );
    }

    /// @notice Hash of the owners.
    /// @param owners The owners.
    /// @return hash The hash.
    function hashOwners(Share[] calldata owners) internal pure returns (bytes32 hash) {
        bytes32[] memory hashes = new bytes32[](owners.length);
        for (uint256 i = 0; i < owners.length; ++i) {
            Share calldata share = owners[i];
            hashes[i] = keccak256(abi.encode(_SHARE, share.key, share.party, share.numerator));
        }
        return hashList(hashes);
    }

    /// @notice Hashes of the mortgages, one by one.
    /// @param mortgages The mortgages.
    /// @param room How many more the list gets room for, at its end.
    /// @return hashes The hashes.
    function hashMortgages(
        Mortgage[] calldata mortgages,
        uint256 room
    ) internal pure returns (bytes32[] memory hashes) {
        hashes = new bytes32[](mortgages.length + room);
        for (uint256 i = 0; i < mortgages.length; ++i) hashes[i] = hashMortgage(mortgages[i]);
    }

    /// @notice Hash of a mortgage.
    /// @param mortgage The mortgage.
    /// @return hash The hash.
    function hashMortgage(Mortgage calldata mortgage) internal pure returns (bytes32 hash) {
        return
            keccak256(
                abi.encode(_MORTGAGE, mortgage.key, mortgage.party, mortgage.claim, mortgage.restrictions)
            );
    }

    /// @notice EIP-712 hash of a list of 32-byte values.
    /// @param list The values.
    /// @return hash The hash.
    function hashList(bytes32[] memory list) internal pure returns (bytes32 hash) {
        return keccak256(abi.encodePacked(list));
    }

    /// @notice The list without one of its values.
    /// @param list The values.
    /// @param index Which one goes.
    /// @return rest The others, in their order.
    function without(bytes32[] memory list, uint256 index) internal pure returns (bytes32[] memory rest) {
        if (index >= list.length) revert CountRefused(index, list.length);
        rest = new bytes32[](list.length - 1);
        for (uint256 i = 0; i < rest.length; ++i) rest[i] = list[i < index ? i : i + 1];
    }

    /// @notice Refuses a title that is not well formed.
    /// @param title The title.
    function check(Title calldata title) internal pure {
        if (title.parcel == bytes32(0)) revert CommitmentMissing();
        checkOwners(title.denominator, title.owners);
        checkCount(title.mortgages.length, MAX_MORTGAGES);
        for (uint256 i = 0; i < title.mortgages.length; ++i) checkMortgage(title.mortgages[i]);
        checkCount(title.orders.length, MAX_ORDERS);
    }

    /// @notice Refuses owners whose shares are not one whole.
    /// @param denominator The whole.
    /// @param owners The owners.
    function checkOwners(uint64 denominator, Share[] calldata owners) internal pure {
        checkCount(owners.length, MAX_OWNERS);
        bytes32 last = bytes32(0);
        uint256 sum = 0;
        for (uint256 i = 0; i < owners.length; ++i) {
            Share calldata share = owners[i];
            if (share.key <= last) revert OwnersNotAscending(last, share.key);
            if (share.numerator == 0 || share.party == bytes32(0)) revert ShareEmpty(share.key);
            last = share.key;
            sum += share.numerator;
        }
        // Each share is above zero, so a sum of zero is a list without owners.
        if (sum != denominator || sum == 0) revert SharesNotOne(sum, denominator);
    }

    /// @notice Refuses a mortgage that is not well formed.
    /// @param mortgage The mortgage.
    function checkMortgage(Mortgage calldata mortgage) internal pure {
        bool whole = mortgage.key != bytes32(0) && mortgage.party != bytes32(0) && mortgage.claim != bytes32(0);
        if (!whole || mortgage.restrictions > (RESTRICTS_TRANSFER | RESTRICTS_MORTGAGE)) {
            revert MortgageMalformed(mortgage.claim);
        }
    }

    /// @notice Refuses a list that is too long.
    /// @param count Its length.
    /// @param max The most.
    function checkCount(uint256 count, uint256 max) internal pure {
        if (count > max) revert CountRefused(count, max);
    }

    /// @notice Refuses a correction of mortgages that is more than a new key or commitment of a holder: no
    /// mortgage comes, goes, or changes its rank, claim or restrictions.
    /// @param before As they stand.
    /// @param corrected As they are to be.
    function checkSameClaims(Mortgage[] calldata before, Mortgage[] calldata corrected) internal pure {
        if (before.length != corrected.length) revert CountRefused(corrected.length, before.length);
        for (uint256 i = 0; i < before.length; ++i) {
            Mortgage calldata old = before[i];
            bool same = old.claim == corrected[i].claim && old.restrictions == corrected[i].restrictions;
            if (!same) revert MortgageMalformed(corrected[i].claim);
        }
    }

    /// @notice Who has to approve a transfer: each owner whose share goes, comes or changes, and each mortgage
    /// holder who may. Whom it leaves as she was is not asked.
    /// @param before The title as it stands.
    /// @param denominator The whole, after it.
    /// @param owners The owners, after it.
    /// @return keys Their keys: owners ascending, then holders by rank.
    function partiesToTransfer(
        Title calldata before,
        uint64 denominator,
        Share[] calldata owners
    ) internal pure returns (Keys memory keys) {
        keys.list = new bytes32[](before.owners.length + owners.length + before.mortgages.length);
        uint256 i = 0;
        uint256 j = 0;
        while (i < before.owners.length || j < owners.length) {
            // Both lists ascend: the lower key of the two heads is next, and is in both only if they are equal.
            bytes32 old = i < before.owners.length ? before.owners[i].key : bytes32(type(uint256).max);
            bytes32 fresh = j < owners.length ? owners[j].key : bytes32(type(uint256).max);
            bool both = old == fresh;
            if (!both || !_sameShare(before.owners[i], before.denominator, owners[j], denominator)) {
                keys.list[keys.count++] = old < fresh ? old : fresh;
            }
            if (both || old < fresh) ++i;
            if (both || fresh < old) ++j;
        }
        if (keys.count == 0) revert NothingChanges();
        addHolders(keys, before.mortgages, RESTRICTS_TRANSFER);
    }

    /// @notice Room for keys, with every owner in it.
    /// @param owners The owners.
    /// @param room How many more it has room for.
    /// @return keys The keys.
    function ownersOf(Share[] calldata owners, uint256 room) internal pure returns (Keys memory keys) {
        keys.list = new bytes32[](owners.length + room);
        addOwners(keys, owners);
    }

    /// @notice Adds every owner.
    /// @param keys The keys.
    /// @param owners The owners.
    function addOwners(Keys memory keys, Share[] calldata owners) internal pure {
        for (uint256 i = 0; i < owners.length; ++i) keys.list[keys.count++] = owners[i].key;
    }

    /// @notice Adds the mortgage holders whose approval a change takes.
    /// @param keys The keys.
    /// @param mortgages The mortgages.
    /// @param restriction Which restriction; 0 for every holder.
    function addHolders(Keys memory keys, Mortgage[] calldata mortgages, uint8 restriction) internal pure {
        for (uint256 i = 0; i < mortgages.length; ++i) {
            if (mortgages[i].restrictions & restriction == restriction) {
                keys.list[keys.count++] = mortgages[i].key;
            }
        }
    }

    function _sameShare(
        Share calldata a,
        uint64 wholeOfA,
        Share calldata b,
        uint64 wholeOfB
    ) private pure returns (bool same) {
        return a.party == b.party && uint256(a.numerator) * wholeOfB == uint256(b.numerator) * wholeOfA;
    }
}
