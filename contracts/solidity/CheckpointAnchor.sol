// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";

/// @title Anchors of one append-only log
/// @author The Xinlu authors
/// @notice Holds the newest anchored checkpoint of one RFC 6962 log and tells of each by an event. The size only
/// grows, a size has one root, and no role can change or remove what was anchored: a larger tree contains every
/// smaller one, which the log's consistency proofs show to anybody. Roots are hashes of salted commitments, so
/// nothing here says anything about a person.
/// @dev Who may anchor stands in this contract, so that an anchor asks nobody else; who may change that is the
/// AccessManager's to say, with its roles and delays. The contract is final: no owner of its own, no proxy, no
/// delegatecall, no way to receive ether. Its storage is small and fixed for those who read it by proof
/// (EIP-1186): slot 0 holds, from the right, the manager (20 bytes), a flag of AccessManaged, the pause and
/// `latestSize` (8 bytes); slot 1 is `latestRoot`.
contract CheckpointAnchor is AccessManaged, Pausable {
    /// @notice SHA-256 of the log's origin, as in the first line of its checkpoints.
    bytes32 public immutable LOG_ID;

    /// @notice The largest anchored tree size; 0 while nothing is anchored.
    uint64 public latestSize;

    /// @notice The root of that tree. Before the first anchor that of the tree without leaves, SHA-256 of nothing.
    bytes32 public latestRoot;

    /// @notice Whether an address may anchor.
    mapping(address account => bool allowed) public isAnchorer;

    /// @notice A checkpoint was anchored. There is one such event for each, for ever.
    /// @param size Tree size of the checkpoint.
    /// @param root Root hash of the tree of that size.
    event Anchored(uint64 indexed size, bytes32 indexed root);

    /// @notice An address may anchor from now on.
    /// @param account The address.
    event AnchorerAppointed(address indexed account);

    /// @notice An address may no longer anchor.
    /// @param account The address.
    event AnchorerDismissed(address indexed account);

    /// @notice The log has no identity.
    error LogIdMissing();

    /// @notice The caller may not anchor.
    /// @param caller The caller.
    error NotAnAnchorer(address caller);

    /// @notice An empty tree or a zero root cannot be anchored.
    /// @param size The size offered.
    /// @param root The root offered.
    error NothingToAnchor(uint64 size, bytes32 root);

    /// @notice Another root stands for this size: the log shows two histories.
    /// @param size The size offered.
    /// @param anchored The root that stands.
    /// @param offered The root that was refused.
    error RootConflict(uint64 size, bytes32 anchored, bytes32 offered);

    /// @notice Binds the contract to its log for ever.
    /// @param manager The AccessManager that says who may appoint, dismiss and pause.
    /// @param logId SHA-256 of the log's origin.
    /// @param anchorer The first address that may anchor.
    constructor(address manager, bytes32 logId, address anchorer) AccessManaged(manager) {
        if (logId == bytes32(0)) revert LogIdMissing();
        LOG_ID = logId;
        latestRoot = sha256("");
        _setAnchorer(anchorer, true);
    }

    /// @notice Anchors a checkpoint: afterwards a tree at least as large stands here.
    /// @dev No order in which the checkpoints of one log arrive makes a call fail. The newest again changes
    /// nothing, so a sender whose answer was lost may simply send again; an older one changes nothing either, for
    /// the tree that stands contains it, and without an event nobody can take it for anchored. Only a second root
    /// for the size that stands is refused aloud.
    /// @param size Tree size of the checkpoint.
    /// @param root Root hash of the tree of that size.
    function anchor(uint64 size, bytes32 root) external whenNotPaused {
        if (!isAnchorer[msg.sender]) revert NotAnAnchorer(msg.sender);
        if (size == 0 || root == bytes32(0)) revert NothingToAnchor(size, root);
        uint64 standing = latestSize;
        if (size < standing) return;
        if (size == standing) {
            if (root != latestRoot) revert RootConflict(size, latestRoot, root);
            return;
        }
        latestSize = size;
        latestRoot = root;
        emit Anchored(size, root);
    }

    /// @notice Lets an address anchor. The AccessManager lets this be called only after a delay that all can see.
    /// @param account The address.
    function appoint(address account) external restricted {
        _setAnchorer(account, true);
    }

    /// @notice Lets an address anchor no longer, at once.
    /// @param account The address.
    function dismiss(address account) external restricted {
        _setAnchorer(account, false);
    }

    /// @notice Stops anchoring, at once. Everything anchored stays as it is and readable.
    function pause() external restricted {
        _pause();
    }

    /// @notice Lets anchoring go on.
    function unpause() external restricted {
        _unpause();
    }

    function _setAnchorer(address account, bool allowed) private {
        isAnchorer[account] = allowed;
        if (allowed) emit AnchorerAppointed(account);
        else emit AnchorerDismissed(account);
    }
}
