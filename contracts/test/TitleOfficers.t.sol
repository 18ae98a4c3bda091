// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {Approvals} from "../solidity/land/Approvals.sol";
import {ITitleRegister} from "../solidity/land/ITitleRegister.sol";
import {Seat, Terms, Title} from "../solidity/land/LandTypes.sol";
import {Officers} from "../solidity/land/Officers.sol";
import {TitleRegister} from "../solidity/land/TitleRegister.sol";
import {TestVerifier} from "./support/TestVerifier.sol";
import {TitleDigests} from "./support/TitleDigests.sol";
import {TitleWorld} from "./support/TitleWorld.sol";
import {Wallet} from "./support/Wallet.sol";

/// @title Tests of who can approve, of the officers, and of a register's end
/// @author The Xinlu authors
/// @notice Run by `solidity.test.ts`.
contract TitleOfficersTest is TitleWorld {
    // Forms of approvals

    /// @notice A contract approves by ERC-1271, a key of another algorithm by ERC-7913; neither by a signature of something
    /// else.
    function testTakesContractsAndVerifiers() external {
        Wallet wallet = new Wallet();
        bytes memory signer = newSigner();
        bytes32 walletKey = bytes32(uint256(uint160(address(wallet))));
        Title memory title = titleOf(alice);
        title.owners[0].key = walletKey;
        transferTo(1, hers(), title, bytes.concat(hex"00", bytes20(address(wallet))), wallet);
        Title memory next = titleOf(alice);
        next.owners[0].key = keccak256(signer);
        transferTo(2, title, next, signer, wallet);
        assertStands(UNIT, 3, 0, next);
    }

    /// @notice Approvals that are none of the three forms, or not whole, are refused.
    function testRefusesMalformedApprovals() external {
        assertNotApproved("", Approvals.ApprovalMalformed.selector);
        assertNotApproved(hex"02", Approvals.ApprovalMalformed.selector);
        assertNotApproved(hex"00aabbccddeeff00112233445566778899aabbcc", Approvals.ApprovalMalformed.selector);
        bytes memory filler = new bytes(80);
        assertNotApproved(bytes.concat(hex"03", filler), Approvals.ApprovalMalformed.selector);
        assertNotApproved(bytes.concat(hex"010014", filler), Approvals.ApprovalMalformed.selector);
        assertNotApproved(bytes.concat(hex"010fff", filler), Approvals.ApprovalMalformed.selector);
        assertNotApproved(bytes.concat(hex"020fff", filler), Approvals.ApprovalMalformed.selector);
    }

    /// @notice A signature that does not hold is refused, be it of an address, of no verifier, or by the identity
    /// precompile, which would say yes to everything.
    function testRefusesSignaturesThatDoNotHold() external {
        bytes memory signature = new bytes(65);
        bytes4 invalid = Approvals.SignatureInvalid.selector;
        assertNotApproved(bytes.concat(hex"00", bytes20(VM.addr(alice)), signature), invalid);
        assertNotApproved(bytes.concat(hex"010054", bytes20(address(4)), new bytes(64), signature), invalid);
        address verifier = address(new TestVerifier());
        assertNotApproved(bytes.concat(hex"010054", bytes20(verifier), new bytes(64), signature), invalid);
        Wallet wallet = new Wallet();
        assertNotApproved(bytes.concat(hex"00", bytes20(address(wallet)), signature), invalid);
    }

    /// @notice Her representative approves in the owner's place, for the one change that the mandate names.
    function testARepresentativeActsByMandate() external {
        Title memory title = titleOf(bob);
        Terms memory terms = termsOf(UNIT, 1);
        bytes32 message = TitleDigests.change("Transfer", terms, hers(), title);
        bytes[] memory signed = approvals(message, people(STRANGER, bob, REGISTRAR1, REGISTRAR2));
        Terms memory other = termsOf(UNIT, 1);
        other.nonce = keccak256("other case");
        signed[0] = mandated(other, STRANGER, signed[0]);
        bytes32 digest = TitleDigests.digest(
            address(register),
            TitleDigests.mandate(terms, keyOf(STRANGER))
        );
        VM.expectRevert(abi.encodeWithSelector(Approvals.SignatureInvalid.selector, keyOf(alice), digest));
        register.transfer(terms, hers(), 1, title.owners, signed);
        signed = approvals(message, people(STRANGER, bob, REGISTRAR1, REGISTRAR2));
        signed[0] = mandated(terms, STRANGER, signed[0]);
        register.transfer(terms, hers(), 1, title.owners, signed);
        assertStands(UNIT, 2, 0, title);
    }

    /// @notice Nobody represents a registrar.
    function testNobodyStandsInForAnOfficer() external {
        Title memory title = titleOf(bob);
        Terms memory terms = termsOf(UNIT, 1);
        bytes32 message = TitleDigests.change("Transfer", terms, hers(), title);
        bytes[] memory signed = approvals(message, people(alice, bob, REGISTRAR1, REGISTRAR2));
        signed[3] = mandated(terms, STRANGER, signed[3]);
        VM.expectRevert(abi.encodeWithSelector(Approvals.ApprovalMalformed.selector, signed[3]));
        register.transfer(terms, hers(), 1, title.owners, signed);
    }

    /// @notice An approval counts on its chain and in its contract only.
    function testAnApprovalIsOfOneChainAndContract() external {
        Title memory title = titleOf(bob);
        Terms memory terms = termsOf(UNIT, 1);
        bytes32 message = TitleDigests.change("Transfer", terms, hers(), title);
        bytes[] memory signed = approvals(message, people(alice, bob, REGISTRAR1, REGISTRAR2));
        uint256 chain = block.chainid;
        VM.chainId(chain + 1);
        bytes32 digest = TitleDigests.digest(address(register), message);
        VM.expectRevert(abi.encodeWithSelector(Approvals.SignatureInvalid.selector, keyOf(alice), digest));
        register.transfer(terms, hers(), 1, title.owners, signed);
        VM.chainId(chain);
        TitleRegister twin = new TitleRegister(address(manager), seats(), ITitleRegister(address(0)));
        bytes32 opening = TitleDigests.digest(address(twin), TitleDigests.open(termsOf(UNIT, 0), hers()));
        bytes[] memory opened = new bytes[](2);
        (opened[0], opened[1]) = (approval(opening, REGISTRAR1), approval(opening, REGISTRAR2));
        twin.open(termsOf(UNIT, 0), hers(), opened);
        digest = TitleDigests.digest(address(twin), message);
        VM.expectRevert(abi.encodeWithSelector(Approvals.SignatureInvalid.selector, keyOf(alice), digest));
        twin.transfer(terms, hers(), 1, title.owners, signed);
    }

    // Officers

    /// @notice A register has two registrars and two governors from the beginning.
    function testIsFoundedWithTwo() external {
        Seat[] memory list = seats();
        list[1].roles = 0;
        VM.expectRevert(abi.encodeWithSelector(Officers.OfficersTooFew.selector, 1, 2));
        new TitleRegister(address(manager), list, ITitleRegister(address(0)));
        list = seats();
        list[3].key = list[2].key;
        VM.expectRevert(abi.encodeWithSelector(Officers.OfficersTooFew.selector, 2, 1));
        new TitleRegister(address(manager), list, ITitleRegister(address(0)));
        (uint32 version, uint16 registrars_, uint16 governors) = register.officers();
        require(version == 6 && registrars_ == 2 && governors == 2, "officers");
    }

    /// @notice Two governors appoint through the manager, and what they signed is used up.
    function testAppoints() external {
        bytes32 message = appointment(STRANGER, 1, 6);
        bytes[] memory signed = approvals(message, people(GOVERNOR1, GOVERNOR2));
        register.appoint(keyOf(STRANGER), 1, 6, DEADLINE, signed);
        require(register.rolesOf(keyOf(STRANGER)) == 1, "roles");
        VM.expectRevert(abi.encodeWithSelector(Officers.OfficersVersionConflict.selector, 7, 6));
        register.appoint(keyOf(STRANGER), 1, 6, DEADLINE, signed);
        transfer(1, hers(), titleOf(bob), people(alice, bob, REGISTRAR1, STRANGER));
    }

    /// @notice Neither the manager's administrator nor the governors appoint alone.
    function testNobodyAppointsAlone() external {
        bytes32 message = appointment(STRANGER, 1, 6);
        bytes[] memory signed = approvals(message, people(GOVERNOR1, GOVERNOR2));
        VM.prank(VM.addr(STRANGER));
        VM.expectRevert(
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, VM.addr(STRANGER))
        );
        register.appoint(keyOf(STRANGER), 1, 6, DEADLINE, signed);
        assertNotAppointed(people(GOVERNOR1, GOVERNOR1), Officers.OfficerTwice.selector, keyOf(GOVERNOR1));
        assertNotAppointed(people(GOVERNOR1, REGISTRAR1), Officers.RoleMissing.selector, keyOf(REGISTRAR1));
        signed = approvals(message, people(GOVERNOR1, GOVERNOR2, REGISTRAR1));
        VM.expectRevert(abi.encodeWithSelector(Officers.ApprovalCount.selector, 2, 3));
        register.appoint(keyOf(STRANGER), 1, 6, DEADLINE, signed);
        VM.warp(uint256(DEADLINE) + 1);
        VM.expectRevert(
            abi.encodeWithSelector(Approvals.DeadlinePassed.selector, DEADLINE, uint256(DEADLINE) + 1)
        );
        register.appoint(keyOf(STRANGER), 1, 6, DEADLINE, signed);
    }

    /// @notice The last two of those who act by two stay, and no unknown role or key is seated.
    function testTwoAlwaysRemain() external {
        bytes[] memory signed = approvals(
            appointment(REGISTRAR1, 0, 6),
            people(GOVERNOR1, GOVERNOR2)
        );
        VM.expectRevert(abi.encodeWithSelector(Officers.OfficersTooFew.selector, 1, 2));
        register.appoint(keyOf(REGISTRAR1), 0, 6, DEADLINE, signed);
        signed = approvals(appointment(STRANGER, 16, 6), people(GOVERNOR1, GOVERNOR2));
        VM.expectRevert(abi.encodeWithSelector(Officers.SeatMalformed.selector, keyOf(STRANGER), 16));
        register.appoint(keyOf(STRANGER), 16, 6, DEADLINE, signed);
        Seat[] memory list = seats();
        list[5].key = 0;
        VM.expectRevert(abi.encodeWithSelector(Officers.SeatMalformed.selector, 0, 4));
        new TitleRegister(address(manager), list, ITitleRegister(address(0)));
    }

    // The end

    /// @notice A new register takes over where the old one ended: same versions, same states, nothing opened
    /// twice.
    function testHandsOver() external {
        TitleRegister next = successorOf(register);
        TitleRegister old = register;
        register = next;
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.NotHandedOver.selector, address(old)));
        this.transferExternally(1, hers(), titleOf(bob));
        register = old;
        bytes[] memory signed = approvals(handOver(next), people(GOVERNOR1, GOVERNOR2));
        register.handOver(next, leaving(4), 6, DEADLINE, signed);
        require(register.successor() == address(next), "successor");
        VM.expectRevert(abi.encodeWithSelector(Officers.RegisterEnded.selector, address(next)));
        this.transferExternally(1, hers(), titleOf(bob));
        bytes32 message = appointment(STRANGER, 1, 10);
        signed = approvals(message, people(GOVERNOR1, GOVERNOR2));
        VM.expectRevert(abi.encodeWithSelector(Officers.RegisterEnded.selector, address(next)));
        register.appoint(keyOf(STRANGER), 1, 10, DEADLINE, signed);
        register = next;
        assertStands(UNIT, 1, 0, hers());
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.UnitExists.selector, UNIT, 1));
        this.openExternally(UNIT, titleOf(bob));
        this.transferExternally(1, hers(), titleOf(bob));
        assertStands(UNIT, 2, 0, titleOf(bob));
        open(bytes32(uint256(77)), titleOf(alice));
        TitleRegister third = successorOf(register);
        (uint32 version, , ) = third.recordOf(UNIT);
        require(version == 2, "through two registers");
    }

    /// @notice A register ends by all of its officers, in favour of one that takes over from it.
    function testEndsWhole() external {
        TitleRegister next = successorOf(register);
        bytes[] memory signed = approvals(handOver(next), people(GOVERNOR1, GOVERNOR2));
        VM.expectRevert(abi.encodeWithSelector(Officers.OfficersRemain.selector, 0, 1));
        register.handOver(next, leaving(3), 6, DEADLINE, signed);
        bytes32[] memory nobody;
        VM.expectRevert(abi.encodeWithSelector(Officers.OfficersRemain.selector, 2, 2));
        register.handOver(next, nobody, 6, DEADLINE, signed);
        TitleRegister stranger = new TitleRegister(address(manager), seats(), ITitleRegister(address(0)));
        signed = approvals(handOver(stranger), people(GOVERNOR1, GOVERNOR2));
        VM.expectRevert(abi.encodeWithSelector(Officers.SuccessorRefused.selector, address(stranger)));
        register.handOver(stranger, leaving(4), 6, DEADLINE, signed);
        VM.prank(VM.addr(STRANGER));
        VM.expectRevert(
            abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, VM.addr(STRANGER))
        );
        register.handOver(next, leaving(4), 6, DEADLINE, signed);
    }

    /// @notice Opens a unit.
    /// @param unit The unit.
    /// @param title Its state.
    function openExternally(bytes32 unit, Title memory title) external {
        open(unit, title);
    }

    /// @notice Transfers from alice to bob.
    /// @param version The version it names.
    /// @param before The state before.
    /// @param title The state after.
    function transferExternally(uint32 version, Title memory before, Title memory title) external {
        transfer(version, before, title, people(alice, bob, REGISTRAR1, REGISTRAR2));
    }

    /// @dev Alice, or the wallet after her, gives the unit to whoever signs in the given form.
    function transferTo(
        uint32 version,
        Title memory before,
        Title memory title,
        bytes memory form,
        Wallet wallet
    ) private {
        Terms memory terms = termsOf(UNIT, version);
        bytes32 message = TitleDigests.change("Transfer", terms, before, title);
        bytes32 digest = TitleDigests.digest(address(register), message);
        wallet.approve(digest);
        bytes[] memory signed = new bytes[](4);
        bytes memory former = version == 1
            ? approval(digest, alice)
            : bytes.concat(hex"00", bytes20(address(wallet)), "any");
        bytes memory taker = version == 1 ? bytes.concat(form, "any") : signerApproval(form, digest);
        bool first = before.owners[0].key < title.owners[0].key;
        (signed[0], signed[1]) = first ? (former, taker) : (taker, former);
        (signed[2], signed[3]) = (approval(digest, REGISTRAR1), approval(digest, REGISTRAR2));
        register.transfer(terms, before, 1, title.owners, signed);
    }

    function newSigner() private returns (bytes memory signer) {
        return abi.encodePacked(address(new TestVerifier()), "her key");
    }

    function successorOf(TitleRegister old) private returns (TitleRegister next) {
        return new TitleRegister(address(manager), seats(), old);
    }

    function assertNotApproved(bytes memory given, bytes4 refusal) private {
        Title memory title = titleOf(bob);
        bytes[] memory signed = new bytes[](4);
        for (uint256 i = 0; i < 4; ++i) signed[i] = given;
        try register.transfer(termsOf(UNIT, 1), hers(), 1, title.owners, signed) {
            revert("approved");
        } catch (bytes memory reason) {
            require(bytes4(reason) == refusal, "another refusal");
        }
    }

    function assertNotAppointed(uint256[] memory who, bytes4 refusal, bytes32 key) private {
        bytes[] memory signed = approvals(appointment(STRANGER, 1, 6), who);
        try register.appoint(keyOf(STRANGER), 1, 6, DEADLINE, signed) {
            revert("appointed");
        } catch (bytes memory reason) {
            require(bytes4(reason) == refusal, "another refusal");
            require(keccak256(slice(reason)) == keccak256(abi.encode(key)), "another key");
        }
    }

    function mandated(
        Terms memory terms,
        uint256 representative,
        bytes memory change
    ) private view returns (bytes memory signed) {
        bytes32 message = TitleDigests.mandate(terms, keyOf(representative));
        bytes memory mandate = approval(TitleDigests.digest(address(register), message), alice);
        return abi.encodePacked(hex"02", uint16(mandate.length), mandate, change);
    }

    function handOver(TitleRegister next) private pure returns (bytes32 message) {
        bytes32 typeHash = keccak256("HandOver(address successor,uint32 version,uint48 deadline)");
        return keccak256(abi.encode(typeHash, next, 6, DEADLINE));
    }

    function appointment(uint256 who, uint8 roles, uint32 version) private pure returns (bytes32 message) {
        bytes32 typeHash = keccak256("Appoint(bytes32 key,uint8 roles,uint32 version,uint48 deadline)");
        return keccak256(abi.encode(typeHash, keyOf(who), roles, version, DEADLINE));
    }

    function leaving(uint256 count) private pure returns (bytes32[] memory keys) {
        keys = new bytes32[](count);
        for (uint256 i = 0; i < count; ++i) keys[i] = keyOf(REGISTRAR1 + i);
    }

    function signerApproval(bytes memory signer, bytes32 digest) private pure returns (bytes memory signed) {
        bytes32 signature = keccak256(abi.encodePacked("her key", digest));
        return abi.encodePacked(hex"01", uint16(signer.length), signer, signature);
    }

    /// @dev The first value of an encoded error.
    function slice(bytes memory reason) private pure returns (bytes memory first) {
        first = new bytes(32);
        for (uint256 i = 0; i < 32; ++i) first[i] = reason[i + 4];
    }
}
