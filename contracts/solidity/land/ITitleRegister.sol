// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title What one title register tells the next
/// @author The Xinlu authors
/// @notice A register is never changed in place: a new one takes over what the old one handed to it.
interface ITitleRegister {
    /// @notice The register that took over, or zero.
    /// @return register Its address.
    function successor() external view returns (address register);

    // solhint-disable func-name-mixedcase
    /// @notice The register whose titles this one takes over, or zero.
    /// @return register Its address.
    function PREDECESSOR() external view returns (ITitleRegister register);
    // solhint-enable func-name-mixedcase

    /// @notice The standing of a unit.
    /// @param unit The unit.
    /// @return version Its current version; 0 if it was never opened.
    /// @return flags 1 frozen by a court, 2 closed by a split or merger.
    /// @return state The first 27 bytes of the EIP-712 hash of its state.
    function recordOf(bytes32 unit) external view returns (uint32 version, uint8 flags, bytes27 state);
}
