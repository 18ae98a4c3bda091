// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";

/// @title Anchors of one append-only log
/// @author The Xinlu authors
/// @notice Keeps the root hash of each anchored checkpoint of one RFC 6962 log for ever.
/// A tree size, once anchored, has one root: no role can change or remove it, and closing the contract to
/// writers through its manager leaves everything readable. Roots are hashes of salted commitments, so
/// nothing here says anything about a person.
/// @dev Only callers whom the AccessManager lets in may anchor, so a stranger can neither raise the size
/// (which would lock the log out) nor spend an anchor before its owner does. The contract is final: it has no
/// owner of its own, no proxy, no delegatecall and no way to receive ether.
contract CheckpointAnchor is AccessManaged {
    /// @notice SHA-256 of the log's origin, as in the first line of its checkpoints.
    bytes32 public immutable LOG_ID;

    /// @notice The largest anchored tree size; 0 while nothing is anchored.
    uint64 public latestSize;

    /// @dev Root by tree size; zero means not anchored. A root is a SHA-256 value, so zero is never a root.
    mapping(uint64 size => bytes32 root) private _roots;

    /// @notice A checkpoint was anchored for the first time.
    /// @param size Tree size of the checkpoint.
    /// @param root Root hash of the tree of that size.
    event Anchored(uint64 indexed size, bytes32 indexed root);

    /// @notice The log has no identity.
    error LogIdMissing();

    /// @notice An empty tree or a zero root cannot be anchored.
    /// @param size The size offered.
    /// @param root The root offered.
    error NothingToAnchor(uint64 size, bytes32 root);

    /// @notice Another root stands for this size: the log shows two histories.
    /// @param size The size offered.
    /// @param anchored The root that stands.
    /// @param offered The root that was refused.
    error RootConflict(uint64 size, bytes32 anchored, bytes32 offered);

    /// @notice A larger tree is already anchored, so this size can no longer be added.
    /// @param latest The largest anchored size.
    /// @param offered The size that was refused.
    error SizeNotGrown(uint64 latest, uint64 offered);

    /// @notice Binds the contract to its log for ever.
    /// @param manager The AccessManager that says who may anchor.
    /// @param logId SHA-256 of the log's origin.
    constructor(address manager, bytes32 logId) AccessManaged(manager) {
        if (logId == bytes32(0)) revert LogIdMissing();
        LOG_ID = logId;
    }

    /// @notice Anchors a checkpoint. Anchoring an equal (size, root) again changes nothing and succeeds, so a
    /// sender whose answer was lost may simply send again.
    /// @param size Tree size, larger than every size anchored before.
    /// @param root Root hash of the tree of that size.
    function anchor(uint64 size, bytes32 root) external restricted {
        if (size == 0 || root == bytes32(0)) revert NothingToAnchor(size, root);
        bytes32 standing = _roots[size];
        if (standing == root) return;
        if (standing != bytes32(0)) revert RootConflict(size, standing, root);
        uint64 standingSize = latestSize;
        if (size < standingSize) revert SizeNotGrown(standingSize, size);
        _roots[size] = root;
        latestSize = size;
        emit Anchored(size, root);
    }

    /// @notice The root anchored for a tree size, or zero.
    /// @param size Tree size.
    /// @return root The anchored root; zero if this size is not anchored.
    function rootOf(uint64 size) external view returns (bytes32 root) {
        return _roots[size];
    }

    /// @notice Whether exactly this checkpoint is anchored.
    /// @param size Tree size.
    /// @param root Root hash.
    /// @return anchored True if this root stands for this size.
    function isAnchored(uint64 size, bytes32 root) external view returns (bool anchored) {
        return root != bytes32(0) && _roots[size] == root;
    }

    /// @notice The newest anchored checkpoint.
    /// @return size The largest anchored size; 0 while nothing is anchored.
    /// @return root Its root; zero while nothing is anchored.
    function latest() external view returns (uint64 size, bytes32 root) {
        return (latestSize, _roots[latestSize]);
    }
}
