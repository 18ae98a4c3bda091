// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Mortgage, Share, Terms, Title} from "../solidity/land/LandTypes.sol";
import {Officers} from "../solidity/land/Officers.sol";
import {TitleRegister} from "../solidity/land/TitleRegister.sol";
import {TitleState} from "../solidity/land/TitleState.sol";
import {TitleDigests} from "./support/TitleDigests.sol";
import {TitleWorld} from "./support/TitleWorld.sol";

/// @title Tests of the changes of one unit
/// @author The Xinlu authors
/// @notice Opening, transfer, mortgage, discharge, correction and court orders; run by `solidity.test.ts`.
contract TitleChangesTest is TitleWorld {
    bytes32 private constant ORDER = keccak256("order");

    // Opening

    /// @notice A unit begins at version 1, once for ever.
    function testOpensOnce() external {
        assertStands(UNIT, 1, 0, hers());
        Title memory other = titleOf(bob);
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.UnitExists.selector, UNIT, 1));
        this.openExternally(UNIT, other);
        assertStands(UNIT, 1, 0, hers());
    }

    /// @notice A unit that a court's order stands on is opened frozen.
    function testOpensFrozen() external {
        Title memory frozen = withOrder(titleOf(alice), ORDER);
        open(bytes32(uint256(2)), frozen);
        assertStands(bytes32(uint256(2)), 1, 1, frozen);
    }

    /// @notice Opening names version 0.
    function testOpensFromNothingOnly() external {
        bytes[] memory none;
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.VersionConflict.selector, UNIT, 0, 1));
        register.open(termsOf(UNIT, 1), hers(), none);
    }

    /// @notice Whatever is not a whole title is refused.
    function testRefusesMalformedTitles() external {
        Title memory title = titleOf(alice);
        title.parcel = 0;
        assertMalformed(title, abi.encodeWithSelector(TitleState.CommitmentMissing.selector));
        title = titleOf(alice);
        title.owners[0].party = 0;
        assertMalformed(title, abi.encodeWithSelector(TitleState.ShareEmpty.selector, keyOf(alice)));
        title = titleOf(alice);
        title.owners[0].numerator = 0;
        assertMalformed(title, abi.encodeWithSelector(TitleState.ShareEmpty.selector, keyOf(alice)));
        title = titleOf(alice);
        title.denominator = 2;
        assertMalformed(title, abi.encodeWithSelector(TitleState.SharesNotOne.selector, 1, 2));
        title.denominator = 0;
        title.owners = new Share[](0);
        assertMalformed(title, abi.encodeWithSelector(TitleState.SharesNotOne.selector, 0, 0));
        title = titleOfTwo(bob, 1, alice, 1);
        bytes4 descending = TitleState.OwnersNotAscending.selector;
        assertMalformed(title, abi.encodeWithSelector(descending, keyOf(bob), keyOf(alice)));
        title = titleOfTwo(alice, 1, alice, 1);
        assertMalformed(title, abi.encodeWithSelector(descending, keyOf(alice), keyOf(alice)));
        title = titleOf(alice);
        title.owners[0].key = 0;
        assertMalformed(title, abi.encodeWithSelector(descending, 0, 0));
    }

    /// @notice Shares that add up in 64 bits only are not one.
    function testSharesDoNotWrapAround() external {
        Title memory title = titleOfTwo(alice, 2, bob, 1);
        title.owners[0].numerator = type(uint64).max;
        title.denominator = 0;
        assertMalformed(title, abi.encodeWithSelector(TitleState.SharesNotOne.selector, uint256(1) << 64, 0));
    }

    /// @notice A mortgage has holder, commitment, claim and known restrictions.
    function testRefusesMalformedMortgages() external {
        Mortgage memory mortgage = mortgageOf(BANK, 0);
        mortgage.key = 0;
        assertMalformedMortgage(mortgage);
        mortgage = mortgageOf(BANK, 0);
        mortgage.party = 0;
        assertMalformedMortgage(mortgage);
        mortgage = mortgageOf(BANK, 0);
        mortgage.claim = 0;
        assertMalformedMortgage(mortgage);
        assertMalformedMortgage(mortgageOf(BANK, 4));
    }

    /// @notice No title grows too large to be changed.
    function testRefusesWhatIsTooLarge() external {
        bytes4 refused = TitleState.CountRefused.selector;
        Title memory title = titleOf(alice);
        title.owners = new Share[](257);
        assertMalformed(title, abi.encodeWithSelector(refused, 257, 256));
        title = titleOf(alice);
        title.mortgages = new Mortgage[](33);
        assertMalformed(title, abi.encodeWithSelector(refused, 33, 32));
        title = titleOf(alice);
        title.orders = new bytes32[](33);
        assertMalformed(title, abi.encodeWithSelector(refused, 33, 32));
    }

    // Transfer

    /// @notice Seller, buyer and two registrars move a title, once: the approvals are used up.
    function testTransfersOnce() external {
        Title memory title = titleOf(bob);
        Terms memory terms = termsOf(UNIT, 1);
        bytes[] memory signed = approvals(
            TitleDigests.change("Transfer", terms, hers(), title),
            people(alice, bob, REGISTRAR1, REGISTRAR2)
        );
        register.transfer(terms, hers(), 1, title.owners, signed);
        assertStands(UNIT, 2, 0, title);
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.VersionConflict.selector, UNIT, 2, 1));
        register.transfer(terms, hers(), 1, title.owners, signed);
    }

    /// @notice A co-owner whose share stays as it is, is not asked; the fraction counts, not how it is written.
    function testAsksWhomItConcerns() external {
        Title memory two = titleOfTwo(alice, 1, bob, 1);
        transfer(1, hers(), two, people(alice, bob, REGISTRAR1, REGISTRAR2));
        uint256 carol = 0xca401;
        Title memory three = titleOfTwo(alice, 2, bob, 1);
        three.owners = new Share[](3);
        (three.denominator, three.owners[0], three.owners[1]) = (4, shareOf(alice, 2), shareOf(bob, 1));
        three.owners[2] = shareOf(carol, 1);
        // Carol's key may stand anywhere among the three.
        sort(three.owners);
        bool last = keyOf(carol) > keyOf(bob);
        uint256[] memory who = last
            ? people(bob, carol, REGISTRAR1, REGISTRAR2)
            : people(carol, bob, REGISTRAR1, REGISTRAR2);
        transfer(2, two, three, who);
        assertStands(UNIT, 3, 0, three);
    }

    /// @notice Any split of the whole among two owners stands.
    function testAnySharesOfOneStand(uint32 low, uint32 high) external {
        VM.assume(low > 0 && high > 0);
        Title memory two = titleOfTwo(alice, low, bob, high);
        transfer(1, hers(), two, people(alice, bob, REGISTRAR1, REGISTRAR2));
        assertStands(UNIT, 2, 0, two);
    }

    /// @notice A new commitment to the owner is a change that she approves.
    function testAsksWhereOnlyThePartyChanges() external {
        Title memory title = titleOf(alice);
        title.owners[0].party = keccak256("other");
        transfer(1, hers(), title, people(alice, REGISTRAR1, REGISTRAR2));
        assertStands(UNIT, 2, 0, title);
    }

    /// @notice What changes nothing is refused.
    function testRefusesToChangeNothing() external {
        VM.expectRevert(abi.encodeWithSelector(TitleState.NothingChanges.selector));
        this.transferExternally(1, hers(), hers(), registrars());
    }

    /// @notice Without any one of its approvals, and with a stranger's in its place, no title moves.
    function testNeedsEveryApproval() external {
        Title memory title = titleOf(bob);
        bytes4 count = Officers.ApprovalCount.selector;
        VM.expectRevert(abi.encodeWithSelector(count, 4, 3));
        this.transferExternally(1, hers(), title, people(alice, REGISTRAR1, REGISTRAR2));
        VM.expectRevert(abi.encodeWithSelector(count, 4, 5));
        this.transferExternally(1, hers(), title, people(alice, bob, REGISTRAR1, REGISTRAR2, COURT));
        bytes4 mismatch = TitleRegister.PartyMismatch.selector;
        VM.expectRevert(abi.encodeWithSelector(mismatch, keyOf(alice), keyOf(STRANGER)));
        this.transferExternally(1, hers(), title, people(STRANGER, bob, REGISTRAR1, REGISTRAR2));
        VM.expectRevert(abi.encodeWithSelector(mismatch, keyOf(bob), keyOf(alice)));
        this.transferExternally(1, hers(), title, people(alice, alice, REGISTRAR1, REGISTRAR2));
        bytes4 role = Officers.RoleMissing.selector;
        VM.expectRevert(abi.encodeWithSelector(role, keyOf(STRANGER), 1));
        this.transferExternally(1, hers(), title, people(alice, bob, STRANGER, REGISTRAR2));
        VM.expectRevert(abi.encodeWithSelector(role, keyOf(COURT), 1));
        this.transferExternally(1, hers(), title, people(alice, bob, REGISTRAR1, COURT));
        assertStands(UNIT, 1, 0, hers());
    }

    /// @notice One registrar cannot decide alone by signing twice.
    function testTwoRegistrarsAreTwo() external {
        VM.expectRevert(abi.encodeWithSelector(Officers.OfficerTwice.selector, keyOf(REGISTRAR1)));
        this.transferExternally(1, hers(), titleOf(bob), people(alice, bob, REGISTRAR1, REGISTRAR1));
    }

    /// @notice A registrar who buys or sells does not decide it, be she the first of the two or the second.
    function testARegistrarIsNoParty() external {
        uint256[] memory who = keyOf(alice) < keyOf(REGISTRAR1)
            ? people(alice, REGISTRAR1, REGISTRAR1, REGISTRAR2)
            : people(REGISTRAR1, alice, REGISTRAR1, REGISTRAR2);
        bytes memory refusal = abi.encodeWithSelector(TitleRegister.RegistrarIsParty.selector, keyOf(REGISTRAR1));
        VM.expectRevert(refusal);
        this.transferExternally(1, hers(), titleOf(REGISTRAR1), who);
        (who[2], who[3]) = (REGISTRAR2, REGISTRAR1);
        VM.expectRevert(refusal);
        this.transferExternally(1, hers(), titleOf(REGISTRAR1), who);
    }

    /// @notice A state that is not the one that stands is refused with both.
    function testComparesTheState() external {
        Title memory lie = titleOf(bob);
        bytes27 standing = bytes27(TitleDigests.stateOf(hers()));
        bytes27 given = bytes27(TitleDigests.stateOf(lie));
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.StateMismatch.selector, UNIT, standing, given));
        this.transferExternally(1, lie, titleOf(bob), registrars());
    }

    /// @notice A unit that nobody opened does not move.
    function testKnowsItsUnits() external {
        bytes32 unit = bytes32(uint256(404));
        Share[] memory owners = titleOf(bob).owners;
        bytes[] memory none;
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.UnitUnknown.selector, unit));
        register.transfer(termsOf(unit, 0), hers(), 1, owners, none);
    }

    /// @notice A change after its deadline is refused; in its last second it is not.
    function testKeepsTheDeadline() external {
        VM.warp(uint256(DEADLINE) + 1);
        VM.expectRevert(abi.encodeWithSignature("DeadlinePassed(uint48,uint256)", DEADLINE, DEADLINE + 1));
        this.transferExternally(1, hers(), titleOf(bob), people(alice, bob, REGISTRAR1, REGISTRAR2));
        VM.warp(DEADLINE);
        transfer(1, hers(), titleOf(bob), people(alice, bob, REGISTRAR1, REGISTRAR2));
    }

    // Mortgages

    /// @notice Owner and bank set a mortgage; it follows the land to the buyer, whom the bank does not hinder.
    function testAMortgageFollowsTheLand() external {
        Mortgage memory mortgage = mortgageOf(BANK, 0);
        setMortgage(1, hers(), mortgage, people(alice, BANK, REGISTRAR1, REGISTRAR2));
        Title memory mortgaged = withMortgage(hers(), mortgage);
        assertStands(UNIT, 2, 0, mortgaged);
        Title memory sold = withMortgage(titleOf(bob), mortgage);
        transfer(2, mortgaged, sold, people(alice, bob, REGISTRAR1, REGISTRAR2));
        assertStands(UNIT, 3, 0, sold);
    }

    /// @notice A holder who restricts transfers is asked for each, and one who restricts mortgages for each of
    /// those.
    function testARestrictionIsKept() external {
        Mortgage memory first = mortgageOf(BANK, 3);
        setMortgage(1, hers(), first, people(alice, BANK, REGISTRAR1, REGISTRAR2));
        Title memory mortgaged = withMortgage(hers(), first);
        Mortgage memory second = mortgageOf(STRANGER, 0);
        VM.expectRevert(abi.encodeWithSelector(Officers.ApprovalCount.selector, 5, 4));
        this.setMortgageExternally(2, mortgaged, second, people(alice, STRANGER, REGISTRAR1, REGISTRAR2));
        setMortgage(2, mortgaged, second, people(alice, BANK, STRANGER, REGISTRAR1, REGISTRAR2));
        Title memory twice = withMortgage(mortgaged, second);
        Title memory sold = withMortgage(withMortgage(titleOf(bob), first), second);
        VM.expectRevert(abi.encodeWithSelector(Officers.ApprovalCount.selector, 5, 4));
        this.transferExternally(3, twice, sold, people(alice, bob, REGISTRAR1, REGISTRAR2));
        transfer(3, twice, sold, people(alice, bob, BANK, REGISTRAR1, REGISTRAR2));
        assertStands(UNIT, 4, 0, sold);
    }

    /// @notice A 33rd mortgage is refused.
    function testRefusesTooManyMortgages() external {
        Title memory title = titleOf(alice);
        title.mortgages = new Mortgage[](32);
        for (uint256 i = 0; i < 32; ++i) title.mortgages[i] = mortgageOf(BANK, 0);
        bytes32 unit = bytes32(uint256(33));
        open(unit, title);
        bytes[] memory none;
        VM.expectRevert(abi.encodeWithSelector(TitleState.CountRefused.selector, 33, 32));
        register.setMortgage(termsOf(unit, 1), title, mortgageOf(BANK, 0), none);
    }

    /// @notice Its holder alone cancels a mortgage, and the others keep their order.
    function testTheHolderDischarges() external {
        Title memory title = titleOf(alice);
        title.mortgages = new Mortgage[](3);
        for (uint8 i = 0; i < 3; ++i) title.mortgages[i] = mortgageOf(BANK + i, i);
        bytes32 unit = bytes32(uint256(3));
        open(unit, title);
        Title memory left = copyOf(title);
        left.mortgages = new Mortgage[](2);
        (left.mortgages[0], left.mortgages[1]) = (title.mortgages[0], title.mortgages[2]);
        bytes4 mismatch = TitleRegister.PartyMismatch.selector;
        uint256[] memory who = people(alice, REGISTRAR1, REGISTRAR2);
        VM.expectRevert(abi.encodeWithSelector(mismatch, keyOf(BANK + 1), keyOf(alice)));
        this.dischargeExternally(unit, title, left, 1, who);
        who[0] = BANK;
        VM.expectRevert(abi.encodeWithSelector(mismatch, keyOf(BANK + 1), keyOf(BANK)));
        this.dischargeExternally(unit, title, left, 1, who);
        who[0] = BANK + 1;
        this.dischargeExternally(unit, title, left, 1, who);
        assertStands(unit, 2, 0, left);
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.VersionConflict.selector, unit, 2, 1));
        this.dischargeExternally(unit, title, left, 1, who);
    }

    /// @notice A mortgage that is not there cannot be cancelled.
    function testDischargesWhatIsThere() external {
        bytes[] memory none;
        VM.expectRevert(abi.encodeWithSelector(TitleState.CountRefused.selector, 0, 0));
        register.discharge(termsOf(UNIT, 1), hers(), 0, none);
    }

    // Court orders

    /// @notice Under a court's order nothing moves but a discharge, until each order is released.
    function testFreezes() external {
        Mortgage memory mortgage = mortgageOf(BANK, 0);
        setMortgage(1, hers(), mortgage, people(alice, BANK, REGISTRAR1, REGISTRAR2));
        Title memory title = withMortgage(hers(), mortgage);
        freeze(2, title, ORDER, people(COURT, REGISTRAR1));
        title = withOrder(title, ORDER);
        assertStands(UNIT, 3, 1, title);
        freeze(3, title, keccak256("second"), people(COURT, REGISTRAR2));
        title = withOrder(title, keccak256("second"));
        bytes[] memory none;
        VM.expectRevert(abi.encodeWithSelector(TitleRegister.UnitFrozen.selector, UNIT, 4));
        register.transfer(termsOf(UNIT, 4), title, 1, titleOf(bob).owners, none);
        Title memory discharged = copyOf(title);
        discharged.mortgages = new Mortgage[](0);
        Terms memory terms = termsOf(UNIT, 4);
        bytes32 message = TitleDigests.change("Discharge", terms, title, discharged);
        bytes[] memory signed = approvals(message, people(BANK, REGISTRAR1, REGISTRAR2));
        register.discharge(terms, title, 0, signed);
        assertStands(UNIT, 5, 1, discharged);
        Title memory one = withOrder(hers(), keccak256("second"));
        release(5, discharged, one, 0, people(COURT, REGISTRAR1));
        assertStands(UNIT, 6, 1, one);
        release(6, one, hers(), 0, people(COURT, REGISTRAR1));
        assertStands(UNIT, 7, 0, hers());
        transfer(7, hers(), titleOf(bob), people(alice, bob, REGISTRAR1, REGISTRAR2));
    }

    /// @notice A court orders through a registrar: neither acts alone, nor in the other's place.
    function testAnOrderTakesCourtAndRegistrar() external {
        bytes4 role = Officers.RoleMissing.selector;
        VM.expectRevert(abi.encodeWithSelector(role, keyOf(REGISTRAR1), 2));
        this.freezeExternally(1, hers(), ORDER, people(REGISTRAR1, REGISTRAR2));
        VM.expectRevert(abi.encodeWithSelector(role, keyOf(COURT), 1));
        this.freezeExternally(1, hers(), ORDER, people(COURT, COURT));
        VM.expectRevert(abi.encodeWithSelector(Officers.ApprovalCount.selector, 2, 3));
        this.freezeExternally(1, hers(), ORDER, people(COURT, REGISTRAR1, REGISTRAR2));
        VM.expectRevert(abi.encodeWithSelector(TitleState.CommitmentMissing.selector));
        this.freezeExternally(1, hers(), 0, people(COURT, REGISTRAR1));
        bytes[] memory none;
        VM.expectRevert(abi.encodeWithSelector(TitleState.CountRefused.selector, 0, 0));
        register.release(termsOf(UNIT, 1), hers(), 0, none);
    }

    /// @notice A 33rd order is refused.
    function testRefusesTooManyOrders() external {
        Title memory title = titleOf(alice);
        title.orders = new bytes32[](32);
        for (uint256 i = 0; i < 32; ++i) title.orders[i] = ORDER;
        bytes32 unit = bytes32(uint256(34));
        open(unit, title);
        bytes[] memory none;
        VM.expectRevert(abi.encodeWithSelector(TitleState.CountRefused.selector, 33, 32));
        register.freeze(termsOf(unit, 1), title, ORDER, none);
    }

    // Correction

    /// @notice Supervisor and two registrars correct what was registered wrongly, and give who lost a key another.
    function testCorrects() external {
        Mortgage memory mortgage = mortgageOf(BANK, 1);
        setMortgage(1, hers(), mortgage, people(alice, BANK, REGISTRAR1, REGISTRAR2));
        Title memory title = withMortgage(hers(), mortgage);
        Mortgage memory rekeyed = mortgageOf(BANK, 1);
        rekeyed.key = keyOf(STRANGER);
        Title memory right = withMortgage(titleOf(bob), rekeyed);
        right.parcel = keccak256("measured anew");
        bytes4 role = Officers.RoleMissing.selector;
        VM.expectRevert(abi.encodeWithSelector(role, keyOf(alice), 4));
        this.correctExternally(2, title, right, people(alice, REGISTRAR1, REGISTRAR2));
        VM.expectRevert(abi.encodeWithSelector(Officers.ApprovalCount.selector, 3, 2));
        this.correctExternally(2, title, right, people(SUPERVISOR, REGISTRAR1));
        this.correctExternally(2, title, right, people(SUPERVISOR, REGISTRAR1, REGISTRAR2));
        assertStands(UNIT, 3, 0, right);
    }

    /// @notice A correction neither brings nor takes a mortgage or an order, nor does it correct nothing.
    function testACorrectionIsNoDischarge() external {
        Mortgage memory mortgage = mortgageOf(BANK, 1);
        setMortgage(1, hers(), mortgage, people(alice, BANK, REGISTRAR1, REGISTRAR2));
        Title memory title = withMortgage(hers(), mortgage);
        uint256[] memory who = people(SUPERVISOR, REGISTRAR1, REGISTRAR2);
        VM.expectRevert(abi.encodeWithSelector(TitleState.CountRefused.selector, 0, 1));
        this.correctExternally(2, title, titleOf(alice), who);
        Mortgage memory eased = mortgageOf(BANK, 1);
        eased.restrictions = 0;
        bytes memory refusal = abi.encodeWithSelector(TitleState.MortgageMalformed.selector, mortgage.claim);
        VM.expectRevert(refusal);
        this.correctExternally(2, title, withMortgage(hers(), eased), who);
        Mortgage memory other = mortgageOf(BANK, 0);
        other.restrictions = 1;
        refusal = abi.encodeWithSelector(TitleState.MortgageMalformed.selector, other.claim);
        VM.expectRevert(refusal);
        this.correctExternally(2, title, withMortgage(hers(), other), who);
        VM.expectRevert(abi.encodeWithSelector(TitleState.CountRefused.selector, 1, 0));
        this.correctExternally(2, title, withOrder(title, ORDER), who);
        VM.expectRevert(abi.encodeWithSelector(TitleState.NothingChanges.selector));
        this.correctExternally(2, title, title, who);
    }

    // A revert is expected of a call from outside, so these are called through `this`.

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
    /// @param who Who approves.
    function transferExternally(
        uint32 version,
        Title memory before,
        Title memory title,
        uint256[] memory who
    ) external {
        transfer(version, before, title, who);
    }

    /// @notice Sets a mortgage.
    /// @param version The version it names.
    /// @param before The state before.
    /// @param mortgage The mortgage.
    /// @param who Who approves.
    function setMortgageExternally(
        uint32 version,
        Title memory before,
        Mortgage memory mortgage,
        uint256[] memory who
    ) external {
        setMortgage(version, before, mortgage, who);
    }

    /// @notice Discharges a mortgage of version 1.
    /// @param unit The unit.
    /// @param before The state before.
    /// @param title The state after.
    /// @param rank Which mortgage.
    /// @param who Who approves.
    function dischargeExternally(
        bytes32 unit,
        Title memory before,
        Title memory title,
        uint256 rank,
        uint256[] memory who
    ) external {
        Terms memory terms = termsOf(unit, 1);
        bytes[] memory signed = approvals(TitleDigests.change("Discharge", terms, before, title), who);
        register.discharge(terms, before, rank, signed);
    }

    /// @notice Freezes.
    /// @param version The version it names.
    /// @param before The state before.
    /// @param order The order.
    /// @param who Who approves.
    function freezeExternally(
        uint32 version,
        Title memory before,
        bytes32 order,
        uint256[] memory who
    ) external {
        freeze(version, before, order, who);
    }

    /// @notice Corrects.
    /// @param version The version it names.
    /// @param before The state before.
    /// @param title The state after.
    /// @param who Who approves.
    function correctExternally(
        uint32 version,
        Title memory before,
        Title memory title,
        uint256[] memory who
    ) external {
        Terms memory terms = termsOf(UNIT, version);
        bytes[] memory signed = approvals(TitleDigests.change("Correct", terms, before, title), who);
        register.correct(terms, before, title, signed);
    }

    function release(
        uint32 version,
        Title memory before,
        Title memory title,
        uint256 index,
        uint256[] memory who
    ) private {
        Terms memory terms = termsOf(UNIT, version);
        bytes[] memory signed = approvals(TitleDigests.change("Release", terms, before, title), who);
        register.release(terms, before, index, signed);
    }

    function assertMalformed(Title memory title, bytes memory refusal) private {
        bytes[] memory none;
        VM.expectRevert(refusal);
        register.open(termsOf(bytes32(uint256(9)), 0), title, none);
    }

    function assertMalformedMortgage(Mortgage memory mortgage) private {
        bytes[] memory none;
        VM.expectRevert(abi.encodeWithSelector(TitleState.MortgageMalformed.selector, mortgage.claim));
        register.setMortgage(termsOf(UNIT, 1), hers(), mortgage, none);
    }

    function sort(Share[] memory owners) private pure {
        for (uint256 i = 1; i < owners.length; ++i) {
            for (uint256 j = i; j > 0 && owners[j].key < owners[j - 1].key; --j) {
                (owners[j], owners[j - 1]) = (owners[j - 1], owners[j]);
            }
        }
    }
}
