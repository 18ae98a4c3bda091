// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC1271} from "@openzeppelin/contracts/interfaces/IERC1271.sol";

/// @title A bank's wallet
/// @author The Xinlu authors
/// @notice Approves by ERC-1271 whatever digests it was told to.
contract Wallet is IERC1271 {
    /// @notice Digests that are approved.
    mapping(bytes32 digest => bool approved) public approved;

    /// @notice Approves a digest.
    /// @param digest The digest.
    function approve(bytes32 digest) external {
        approved[digest] = true;
    }

    /// @inheritdoc IERC1271
    function isValidSignature(
        bytes32 digest,
        bytes calldata
    ) external view override returns (bytes4 magicValue) {
        return approved[digest] ? IERC1271.isValidSignature.selector : bytes4(0);
    }
}
