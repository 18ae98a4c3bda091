// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IERC7913SignatureVerifier} from "@openzeppelin/contracts/interfaces/IERC7913.sol";

/// @title A verifier of an algorithm for tests
/// @author The Xinlu authors
/// @notice Its signature is the hash of key and digest. OpenZeppelin's verifiers of P-256 and WebAuthn do not compile
/// without the optimiser, as forge counts; they are tested in `title-register.test.ts`.
contract TestVerifier is IERC7913SignatureVerifier {
    /// @inheritdoc IERC7913SignatureVerifier
    function verify(
        bytes calldata key,
        bytes32 hash,
        bytes calldata signature
    ) external pure override returns (bytes4 magicValue) {
        bytes32 right = keccak256(abi.encodePacked(key, hash));
        bool holds = signature.length == 32 && bytes32(signature) == right;
        return holds ? IERC7913SignatureVerifier.verify.selector : bytes4(0xffffffff);
    }
}
