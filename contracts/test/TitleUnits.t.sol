// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Former, Mortgage, Part, Share, Terms, Title} from "../solidity/land/LandTypes.sol";
import {TitleRegister} from "../solidity/land/TitleRegister.sol";
import {TitleState} from "../solidity/land/TitleState.sol";
import {TitleDigests} from "./support/TitleDigests.sol";
import {TitleWorld} from "./support/TitleWorld.sol";

/// @title Tests of splitting and merging units
/// @author The Xinlu authors
/// @notice Owners and mortgages go with the land, and no land is lost; run by `solidity.test.ts`.
contract TitleUnitsTest is TitleWorld {
    bytes32 private constant WEST = bytes32(uint256(0x11));
    bytes32 private constant EAST = bytes32(uint256(0x12));
    bytes32 private constant WHOLE = bytes32(uint256(0x13));

    /// @notice Owners and mortgages stand on each part; the unit that was split is closed for ever.
    function testSplits() external {
        Title memory title = mortgaged();
        split(2, title, people(alice, BANK, REGISTRAR1, REGISTRAR2), parts());
        assertStands(UNIT, 3, 2, title);
        assertStands(WEST, 1, 0, on(title, "west"));
        assertStands(EAST, 1, 0, on(title, "east"));
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.UnitClosed.selector, UNIT, 3));
        this.transferExternally(3, title, titleOf(bob));
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.UnitExists.selector, UNIT, 3));
        this.openExternally(UNIT, titleOf(bob));
    }

    /// @notice The holder of a mortgage is asked.
    function testASplitNeedsTheHolder() external {
        Title memory title = mortgaged();
        VM.expectRevert(abi.encodeWithSignature("ApprovalCount(uint256,uint256)", 4, 3));
        this.splitExternally(2, title, people(alice, REGISTRAR1, REGISTRAR2), parts());
    }

    /// @notice A split has two parts or more, each a new unit with a parcel.
    function testRefusesPartsThatAreNone() external {
        bytes4 refused = TitleState.CountRefused.selector;
        uint256[] memory who = people(alice, REGISTRAR1, REGISTRAR2);
        VM.expectRevert(abi.encodeWithSelector(refused, 1, 64));
        this.splitExternally(1, hers(), who, new Part[](1));
        VM.expectRevert(abi.encodeWithSelector(refused, 65, 64));
        this.splitExternally(1, hers(), who, new Part[](65));
        Part[] memory list = parts();
        list[1].parcel = 0;
        VM.expectRevert(abi.encodeWithSelector(TitleState.CommitmentMissing.selector));
        this.splitExternally(1, hers(), who, list);
        list = parts();
        list[1].unit = WEST;
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.UnitExists.selector, WEST, 1));
        this.splitExternally(1, hers(), who, list);
        list[1].unit = UNIT;
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.UnitExists.selector, UNIT, 2));
        this.splitExternally(1, hers(), who, list);
        assertStands(UNIT, 1, 0, hers());
    }

    /// @notice All owners and holders merge their units; each mortgage goes on, in order.
    function testMerges() external {
        (Former[] memory formers, Title memory title) = twoUnits();
        uint256[] memory who = new uint256[](7);
        (who[0], who[1], who[2], who[3], who[4]) = (alice, BANK, bob, BANK + 1, alice);
        (who[5], who[6]) = (REGISTRAR1, REGISTRAR2);
        VM.expectRevert(abi.encodeWithSignature("ApprovalCount(uint256,uint256)", 8, 7));
        this.mergeExternally(formers, title, who);
        who = new uint256[](8);
        (who[0], who[1], who[2], who[3], who[4], who[5]) = (alice, BANK, bob, BANK + 1, alice, bob);
        (who[6], who[7]) = (REGISTRAR1, REGISTRAR2);
        this.mergeExternally(formers, title, who);
        assertStands(WHOLE, 1, 0, title);
        assertStands(WEST, 2, 2, formers[0].title);
        assertStands(EAST, 2, 2, formers[1].title);
    }

    /// @notice A merger has two units or more, none twice, none frozen, and a parcel.
    function testRefusesMergersThatAreNone() external {
        (Former[] memory formers, Title memory title) = twoUnits();
        bytes4 refused = TitleState.CountRefused.selector;
        uint256[] memory who;
        VM.expectRevert(abi.encodeWithSelector(refused, 1, 64));
        this.mergeExternally(new Former[](1), title, who);
        VM.expectRevert(abi.encodeWithSelector(refused, 65, 64));
        this.mergeExternally(new Former[](65), title, who);
        Former[] memory twice = new Former[](2);
        (twice[0], twice[1]) = (formers[0], formers[0]);
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.VersionConflict.selector, WEST, 2, 1));
        this.mergeExternally(twice, title, who);
        Title memory nowhere = copyOf(title);
        nowhere.parcel = 0;
        VM.expectRevert(abi.encodeWithSelector(TitleState.CommitmentMissing.selector));
        this.mergeExternally(formers, nowhere, who);
        bytes[] memory none;
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.VersionConflict.selector, WHOLE, 0, 1));
        register.merge(termsOf(WHOLE, 1), formers, title.parcel, 2, title.owners, none);
        bytes32 frozen = bytes32(uint256(0x14));
        formers[1] = Former(frozen, 1, withOrder(titleOf(bob), keccak256("order")));
        open(frozen, formers[1].title);
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.UnitFrozen.selector, frozen, 1));
        this.mergeExternally(formers, title, who);
    }

    /// @notice A merger never makes more mortgages than a title can have.
    function testAMergerStaysSmall() external {
        Former[] memory formers = new Former[](2);
        for (uint256 i = 0; i < 2; ++i) {
            Title memory title = titleOf(alice);
            title.mortgages = new Mortgage[](17);
            for (uint256 j = 0; j < 17; ++j) title.mortgages[j] = mortgageOf(BANK, 0);
            formers[i] = Former(bytes32(uint256(0x20 + i)), 1, title);
            open(formers[i].unit, title);
        }
        uint256[] memory who;
        VM.expectRevert(abi.encodeWithSelector(TitleState.CountRefused.selector, 34, 32));
        this.mergeExternally(formers, titleOf(alice), who);
    }

    /// @notice Opens a unit.
    /// @param unit The unit.
    /// @param title Its state.
    function openExternally(bytes32 unit, Title memory title) external {
        open(unit, title);
    }

    /// @notice Transfers.
    /// @param version The version it names.
    /// @param before The state before.
    /// @param title The state after.
    function transferExternally(uint32 version, Title memory before, Title memory title) external {
        transfer(version, before, title, people(alice, bob, REGISTRAR1, REGISTRAR2));
    }

    /// @notice Splits.
    /// @param version The version it names.
    /// @param before The state before.
    /// @param who Who approves.
    /// @param list The parts.
    function splitExternally(
        uint32 version,
        Title memory before,
        uint256[] memory who,
        Part[] memory list
    ) external {
        split(version, before, who, list);
    }

    /// @notice Merges.
    /// @param formers The former units.
    /// @param title The state of the new one.
    /// @param who Who approves.
    function mergeExternally(Former[] memory formers, Title memory title, uint256[] memory who) external {
        Terms memory terms = termsOf(WHOLE, 0);
        bytes[] memory signed = approvals(TitleDigests.merge(terms, formers, title), who);
        register.merge(terms, formers, title.parcel, title.denominator, title.owners, signed);
    }

    function split(uint32 version, Title memory before, uint256[] memory who, Part[] memory list) private {
        Terms memory terms = termsOf(UNIT, version);
        register.split(terms, before, list, approvals(TitleDigests.split(terms, before, list), who));
    }

    function mortgaged() private returns (Title memory title) {
        Mortgage memory mortgage = mortgageOf(BANK, 0);
        setMortgage(1, hers(), mortgage, people(alice, BANK, REGISTRAR1, REGISTRAR2));
        return withMortgage(hers(), mortgage);
    }

    function twoUnits() private returns (Former[] memory formers, Title memory title) {
        formers = new Former[](2);
        formers[0] = Former(WEST, 1, on(withMortgage(titleOf(alice), mortgageOf(BANK, 0)), "west"));
        formers[1] = Former(EAST, 1, on(withMortgage(titleOf(bob), mortgageOf(BANK + 1, 1)), "east"));
        for (uint256 i = 0; i < 2; ++i) open(formers[i].unit, formers[i].title);
        Share[] memory owners = titleOfTwo(alice, 1, bob, 1).owners;
        title = withMortgage(withMortgage(titleOf(alice), mortgageOf(BANK, 0)), mortgageOf(BANK + 1, 1));
        (title.denominator, title.owners) = (2, owners);
    }

    function parts() private pure returns (Part[] memory list) {
        list = new Part[](2);
        list[0] = Part(WEST, keccak256("west"));
        list[1] = Part(EAST, keccak256("east"));
    }

    function on(Title memory title, string memory parcel) private pure returns (Title memory moved) {
        moved = copyOf(title);
        moved.parcel = keccak256(bytes(parcel));
    }
}
