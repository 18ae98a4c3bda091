// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What the tests ask of forge
/// @author The Xinlu authors
/// @notice The few of its cheat codes that are used here, as forge documents them.
interface Vm {
    /// @notice The next call comes from this address.
    /// @param caller The address.
    function prank(address caller) external;

    /// @notice All calls come from this address, until stopped.
    /// @param caller The address.
    function startPrank(address caller) external;

    /// @notice Ends startPrank.
    function stopPrank() external;

    /// @notice Sets the time of the block.
    /// @param timestamp Seconds since 1970.
    function warp(uint256 timestamp) external;

    /// @notice The next call must revert with exactly these data.
    /// @param data Encoded error.
    function expectRevert(bytes calldata data) external;

    /// @notice The next call must emit the event that is emitted next here, from this address.
    /// @param emitter Who must emit it.
    function expectEmit(address emitter) external;

    /// @notice Begins to keep what is emitted.
    function recordLogs() external;

    /// @notice What was emitted since it was last asked.
    /// @return logs Topics, data and emitter of each.
    function getRecordedLogs() external returns (Log[] memory logs);

    struct Log {
        bytes32[] topics;
        bytes data;
        address emitter;
    }

    /// @notice Reads a slot of a contract's storage.
    /// @param target The contract.
    /// @param slot Number of the slot.
    /// @return value What stands there.
    function load(address target, bytes32 slot) external view returns (bytes32 value);

    /// @notice The address of a secp256k1 key.
    /// @param privateKey The key.
    /// @return account The address.
    function addr(uint256 privateKey) external pure returns (address account);

    /// @notice Signs a digest by a secp256k1 key.
    /// @param privateKey The key.
    /// @param digest The digest.
    /// @return v Recovery id, 27 or 28.
    /// @return r First half.
    /// @return s Second half.
    function sign(uint256 privateKey, bytes32 digest) external pure returns (uint8 v, bytes32 r, bytes32 s);

    /// @notice Signs a digest by a P-256 key.
    /// @param privateKey The key.
    /// @param digest The digest.
    /// @return r First half.
    /// @return s Second half.
    function signP256(uint256 privateKey, bytes32 digest) external pure returns (bytes32 r, bytes32 s);

    /// @notice The public key of a P-256 key.
    /// @param privateKey The key.
    /// @return x First coordinate.
    /// @return y Second coordinate.
    function publicKeyP256(uint256 privateKey) external pure returns (uint256 x, uint256 y);

    /// @notice Makes the chain another one.
    /// @param chain Its id.
    function chainId(uint256 chain) external;

    /// @notice Gives up on this fuzzed input unless the condition holds.
    /// @param condition The condition.
    function assume(bool condition) external pure;
}
