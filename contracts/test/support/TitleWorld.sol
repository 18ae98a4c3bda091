// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {ITitleRegister} from "../../solidity/land/ITitleRegister.sol";
import {Mortgage, Seat, Share, Terms, Title} from "../../solidity/land/LandTypes.sol";
import {TitleRegister} from "../../solidity/land/TitleRegister.sol";
import {TitleDigests} from "./TitleDigests.sol";
import {Vm} from "./Vm.sol";

/// @title A register, its officers and some citizens
/// @author The Xinlu authors
/// @notice What the tests of the title register share. A number is a person: her private key.
abstract contract TitleWorld {
    Vm internal constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    uint256 internal constant REGISTRAR1 = 0x101;
    uint256 internal constant REGISTRAR2 = 0x102;
    uint256 internal constant GOVERNOR1 = 0x103;
    uint256 internal constant GOVERNOR2 = 0x104;
    uint256 internal constant COURT = 0x105;
    uint256 internal constant SUPERVISOR = 0x106;
    uint256 internal constant BANK = 0x107;
    uint256 internal constant STRANGER = 0xbad;
    uint48 internal constant DEADLINE = 1_900_000_000;
    bytes32 internal constant UNIT = bytes32(uint256(0x1a4d));

    /// @dev Two citizens, in ascending order of key.
    uint256 internal alice = 0xa11ce;
    uint256 internal bob = 0xb0b;
    AccessManager internal manager;
    TitleRegister internal register;

    /// @notice A register where `alice` owns a unit.
    function setUp() public virtual {
        VM.warp(1_800_000_000);
        if (keyOf(alice) > keyOf(bob)) (alice, bob) = (bob, alice);
        manager = new AccessManager(address(this));
        register = new TitleRegister(address(manager), seats(), ITitleRegister(address(0)));
        open(UNIT, hers());
    }

    function open(bytes32 unit, Title memory title) internal {
        Terms memory terms = termsOf(unit, 0);
        register.open(terms, title, approvals(TitleDigests.open(terms, title), registrars()));
    }

    /// @dev Sends a transfer with the approvals of these.
    function transfer(uint32 version, Title memory before, Title memory title, uint256[] memory who) internal {
        Terms memory terms = termsOf(UNIT, version);
        bytes[] memory signed = approvals(TitleDigests.change("Transfer", terms, before, title), who);
        register.transfer(terms, before, title.denominator, title.owners, signed);
    }

    function setMortgage(
        uint32 version,
        Title memory before,
        Mortgage memory mortgage,
        uint256[] memory who
    ) internal {
        Terms memory terms = termsOf(UNIT, version);
        Title memory title = withMortgage(before, mortgage);
        bytes[] memory signed = approvals(TitleDigests.change("SetMortgage", terms, before, title), who);
        register.setMortgage(terms, before, mortgage, signed);
    }

    function freeze(uint32 version, Title memory before, bytes32 order, uint256[] memory who) internal {
        Terms memory terms = termsOf(UNIT, version);
        Title memory title = withOrder(before, order);
        bytes[] memory signed = approvals(TitleDigests.change("Freeze", terms, before, title), who);
        register.freeze(terms, before, order, signed);
    }

    function approvals(bytes32 message, uint256[] memory who) internal view returns (bytes[] memory signed) {
        bytes32 digest = TitleDigests.digest(address(register), message);
        signed = new bytes[](who.length);
        for (uint256 i = 0; i < who.length; ++i) signed[i] = approval(digest, who[i]);
    }

    /// @dev The unit as it is opened.
    function hers() internal view returns (Title memory title) {
        return titleOf(alice);
    }

    function assertStands(bytes32 unit, uint32 version, uint8 flags, Title memory title) internal view {
        (uint32 version_, uint8 flags_, bytes27 state) = register.recordOf(unit);
        require(version_ == version, "version");
        require(flags_ == flags, "flags");
        require(state == bytes27(TitleDigests.stateOf(title)), "state");
    }

    function approval(bytes32 digest, uint256 who) internal pure returns (bytes memory signed) {
        (uint8 v, bytes32 r, bytes32 s) = VM.sign(who, digest);
        return abi.encodePacked(hex"00", VM.addr(who), r, s, v);
    }

    function keyOf(uint256 who) internal pure returns (bytes32 key) {
        return bytes32(uint256(uint160(VM.addr(who))));
    }

    function termsOf(bytes32 unit, uint32 version) internal pure returns (Terms memory terms) {
        return Terms(unit, version, keccak256(abi.encode("case", unit, version)), DEADLINE);
    }

    function titleOf(uint256 owner) internal pure returns (Title memory title) {
        title.parcel = keccak256("parcel");
        title.denominator = 1;
        title.owners = new Share[](1);
        title.owners[0] = shareOf(owner, 1);
    }

    /// @dev The title in two hands; the keys ascend.
    function titleOfTwo(
        uint256 low,
        uint64 lowShare,
        uint256 high,
        uint64 highShare
    ) internal pure returns (Title memory title) {
        title.parcel = keccak256("parcel");
        title.denominator = lowShare + highShare;
        title.owners = new Share[](2);
        title.owners[0] = shareOf(low, lowShare);
        title.owners[1] = shareOf(high, highShare);
    }

    function shareOf(uint256 owner, uint64 numerator) internal pure returns (Share memory share) {
        return Share(keyOf(owner), keccak256(abi.encode("party", owner)), numerator);
    }

    function mortgageOf(uint256 bank, uint8 restrictions) internal pure returns (Mortgage memory mortgage) {
        bytes32 claim = keccak256(abi.encode("claim", bank, restrictions));
        return Mortgage(keyOf(bank), keccak256("bank"), claim, restrictions);
    }

    function withMortgage(
        Title memory before,
        Mortgage memory mortgage
    ) internal pure returns (Title memory title) {
        title = copyOf(before);
        title.mortgages = new Mortgage[](before.mortgages.length + 1);
        for (uint256 i = 0; i < before.mortgages.length; ++i) title.mortgages[i] = before.mortgages[i];
        title.mortgages[before.mortgages.length] = mortgage;
    }

    function withOrder(Title memory before, bytes32 order) internal pure returns (Title memory title) {
        title = copyOf(before);
        title.orders = new bytes32[](before.orders.length + 1);
        for (uint256 i = 0; i < before.orders.length; ++i) title.orders[i] = before.orders[i];
        title.orders[before.orders.length] = order;
    }

    function copyOf(Title memory title) internal pure returns (Title memory copy) {
        return Title(title.parcel, title.denominator, title.owners, title.mortgages, title.orders);
    }

    function seats() internal pure returns (Seat[] memory list) {
        list = new Seat[](6);
        list[0] = Seat(keyOf(REGISTRAR1), 1);
        list[1] = Seat(keyOf(REGISTRAR2), 1);
        list[2] = Seat(keyOf(GOVERNOR1), 8);
        list[3] = Seat(keyOf(GOVERNOR2), 8);
        list[4] = Seat(keyOf(COURT), 2);
        list[5] = Seat(keyOf(SUPERVISOR), 4);
    }

    function registrars() internal pure returns (uint256[] memory who) {
        return people(REGISTRAR1, REGISTRAR2);
    }

    function people(uint256 a, uint256 b) internal pure returns (uint256[] memory who) {
        who = new uint256[](2);
        (who[0], who[1]) = (a, b);
    }

    function people(uint256 a, uint256 b, uint256 c) internal pure returns (uint256[] memory who) {
        who = new uint256[](3);
        (who[0], who[1], who[2]) = (a, b, c);
    }

    function people(uint256 a, uint256 b, uint256 c, uint256 d) internal pure returns (uint256[] memory who) {
        who = new uint256[](4);
        (who[0], who[1], who[2], who[3]) = (a, b, c, d);
    }

    function people(
        uint256 a,
        uint256 b,
        uint256 c,
        uint256 d,
        uint256 e
    ) internal pure returns (uint256[] memory who) {
        who = new uint256[](5);
        (who[0], who[1], who[2], who[3], who[4]) = (a, b, c, d, e);
    }
}
