// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {SignatureChecker} from "@openzeppelin/contracts/utils/cryptography/SignatureChecker.sol";
import {Terms} from "./LandTypes.sol";

/// @title Approvals: who signed this change
/// @author The Xinlu authors
/// @notice An approval is a signature over an EIP-712 message, bound by its domain to this chain and this
/// contract. It is bytes, by their first byte:
/// `00 || address || signature`: secp256k1, or ERC-1271 where a contract stands at the address;
/// `01 || length of signer, 2 bytes || signer || signature`: ERC-7913, so P-256 and WebAuthn by their verifiers;
/// `02 || length, 2 bytes || approval of the mandate by the party || approval of the change by the
/// representative`.
abstract contract Approvals is EIP712 {
    bytes32 private constant _MANDATE =
        keccak256(
            "Mandate(bytes32 unit,uint32 version,bytes32 representative,bytes32 nonce,uint48 deadline)"
        );

    bytes1 private constant _ADDRESS = 0x00;
    bytes1 private constant _SIGNER = 0x01;
    bytes1 private constant _MANDATED = 0x02;

    /// @notice An approval that is none of the three forms.
    /// @param approval The approval.
    error ApprovalMalformed(bytes approval);
    /// @notice The signature does not hold for this key and message.
    /// @param key The key that the approval names.
    /// @param digest The EIP-712 digest that should be signed.
    error SignatureInvalid(bytes32 key, bytes32 digest);
    /// @notice The message may no longer be used.
    /// @param deadline Until when it might.
    /// @param time The time of the block.
    error DeadlinePassed(uint48 deadline, uint256 time);

    /// @dev The key for whom a change is approved, by herself or by her representative.
    function _approver(
        bytes32 digest,
        Terms calldata terms,
        bytes calldata approval
    ) internal view returns (bytes32 key) {
        if (approval.length < 3 || approval[0] != _MANDATED) return _signer(digest, approval);
        uint256 end = 3 + uint16(bytes2(approval[1:3]));
        if (approval.length < end) revert ApprovalMalformed(approval);
        bytes32 representative = _signer(digest, approval[end:]);
        bytes32 mandate = keccak256(
            abi.encode(_MANDATE, terms.unit, terms.version, representative, terms.nonce, terms.deadline)
        );
        return _signer(_hashTypedDataV4(mandate), approval[3:end]);
    }

    /// @dev The key that signed. Reverts unless its signature holds.
    function _signer(bytes32 digest, bytes calldata approval) internal view returns (bytes32 key) {
        if (approval.length < 21) revert ApprovalMalformed(approval);
        bool holds;
        if (approval[0] == _ADDRESS) {
            address account = address(bytes20(approval[1:21]));
            key = bytes32(uint256(uint160(account)));
            holds = _holdsForAddress(account, digest, approval[21:]);
        } else {
            uint256 end = 3 + uint16(bytes2(approval[1:3]));
            // An ERC-7913 signer of 20 bytes is an address and has the form above: one signer, one key.
            if (approval[0] != _SIGNER || end < 24 || approval.length < end) revert ApprovalMalformed(approval);
            key = keccak256(approval[3:end]);
            // The identity precompile would answer every question with yes: a verifier has code.
            holds =
                address(bytes20(approval[3:23])).code.length > 0 &&
                SignatureChecker.isValidSignatureNow(approval[3:end], digest, approval[end:]);
        }
        if (!holds) revert SignatureInvalid(key, digest);
    }

    // solhint-disable not-rely-on-time
    /// @dev A deadline is for people, in hours and days; what a block's proposer may shift, seconds, does not
    /// matter.
    function _checkDeadline(uint48 deadline) internal view {
        if (block.timestamp > deadline) revert DeadlinePassed(deadline, block.timestamp);
    }
    // solhint-enable not-rely-on-time

    /// @dev The key first: it costs less than to look whether code stands at the address, and nobody has a key
    /// for a contract's address.
    function _holdsForAddress(
        address account,
        bytes32 digest,
        bytes calldata signature
    ) private view returns (bool holds) {
        (address recovered, ECDSA.RecoverError fault, ) = ECDSA.tryRecoverCalldata(digest, signature);
        if (fault == ECDSA.RecoverError.NoError && recovered == account) return true;
        return
            account.code.length > 0 &&
            SignatureChecker.isValidERC1271SignatureNowCalldata(account, digest, signature);
    }
}
