// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManager} from "@openzeppelin/contracts/access/manager/AccessManager.sol";
import {IAccessManaged} from "@openzeppelin/contracts/access/manager/IAccessManaged.sol";
import {IAccessManager} from "@openzeppelin/contracts/access/manager/IAccessManager.sol";
import {Pausable} from "@openzeppelin/contracts/utils/Pausable.sol";
import {CheckpointAnchor} from "../solidity/CheckpointAnchor.sol";
import {Vm} from "./support/Vm.sol";

/// @title Tests of the anchor contract
/// @author The Xinlu authors
/// @notice Each invariant that CheckpointAnchor states; run by `coverage.test.ts`.
contract CheckpointAnchorTest {
    Vm private constant VM = Vm(address(uint160(uint256(keccak256("hevm cheat code")))));

    bytes32 private constant LOG_ID = bytes32(uint256(0x11));
    uint64 private constant GUARDIAN = 1;
    uint32 private constant WEEK = 7 days;

    address private constant LOG = address(0x106);
    address private constant STRANGER = address(0xbad);
    address private constant ADMIN = address(0xad);
    address private constant KEEPER = address(0x9a);

    AccessManager private manager;
    CheckpointAnchor private target;

    /// @notice The roles as `deploy-anchor` sets them up.
    function setUp() external {
        VM.warp(1_800_000_000);
        manager = new AccessManager(address(this));
        target = new CheckpointAnchor(address(manager), LOG_ID, LOG);
        bytes4[] memory emergency = new bytes4[](3);
        emergency[0] = CheckpointAnchor.dismiss.selector;
        emergency[1] = CheckpointAnchor.pause.selector;
        emergency[2] = CheckpointAnchor.unpause.selector;
        manager.setTargetFunctionRole(address(target), emergency, GUARDIAN);
        manager.grantRole(GUARDIAN, KEEPER, 0);
        manager.grantRole(0, ADMIN, WEEK);
        manager.renounceRole(0, address(this));
    }

    // What is anchored

    /// @notice Before the first anchor the tree without leaves stands.
    function testBeginsWithTheEmptyTree() external view {
        assertStands(0, sha256(""));
        require(target.LOG_ID() == LOG_ID, "log id");
    }

    /// @notice Any larger checkpoint becomes the newest and is told of once.
    function testAnchorsWhatGrows(uint64 first, uint64 second, bytes32 root1, bytes32 root2) external {
        VM.assume(first > 0 && second > first && root1 != 0 && root2 != 0);
        assertAnchors(first, root1);
        assertStands(first, root1);
        assertAnchors(second, root2);
        assertStands(second, root2);
    }

    /// @notice The newest again succeeds, changes nothing and is not told of a second time.
    function testTheNewestAgainChangesNothing(uint64 size, bytes32 root) external {
        VM.assume(size > 0 && root != 0);
        assertAnchors(size, root);
        assertNothingHappens(size, root);
        assertStands(size, root);
    }

    /// @notice An older one succeeds too, whatever its root, and changes nothing.
    function testAnOlderOneChangesNothing(uint64 older, uint64 size, bytes32 root) external {
        VM.assume(older > 0 && size > older && root != 0);
        assertAnchors(size, bytes32(uint256(7)));
        assertNothingHappens(older, root);
        assertStands(size, bytes32(uint256(7)));
    }

    /// @notice A second root for the size that stands is refused with both.
    function testRefusesASecondRoot(uint64 size, bytes32 root, bytes32 other) external {
        VM.assume(size > 0 && root != 0 && other != 0 && root != other);
        assertAnchors(size, root);
        assertRefused(size, other, abi.encodeWithSelector(CheckpointAnchor.RootConflict.selector, size, root, other));
        assertStands(size, root);
    }

    /// @notice Nothing is no checkpoint.
    function testRefusesNothing() external {
        bytes4 refusal = CheckpointAnchor.NothingToAnchor.selector;
        assertRefused(0, bytes32(uint256(1)), abi.encodeWithSelector(refusal, 0, 1));
        assertRefused(1, 0, abi.encodeWithSelector(refusal, 1, 0));
        assertStands(0, sha256(""));
    }

    /// @notice In whatever order calls of two anchorers arrive, none of a log's own checkpoints is refused, and the
    /// largest stands in the end.
    function testNoOrderMakesOneFail(uint8[12] calldata sizes) external {
        appoint(ADMIN);
        uint64 largest;
        for (uint256 i = 0; i < sizes.length; ++i) {
            uint64 size = uint64(sizes[i]) + 1;
            VM.prank(i % 2 == 0 ? LOG : ADMIN);
            target.anchor(size, rootOf(size));
            if (size > largest) largest = size;
            assertStands(largest, rootOf(largest));
        }
    }

    /// @notice Who reads by EIP-1186 finds size, pause, manager and root where they are said to be.
    function testStorageIsAsDocumented(uint64 size, bytes32 root) external {
        VM.assume(size > 0 && root != 0);
        assertAnchors(size, root);
        uint256 first = uint256(VM.load(address(target), 0));
        require(address(uint160(first)) == address(manager), "manager");
        require(uint16(first >> 160) == 0, "flags");
        require(uint64(first >> 176) == size && first >> 240 == 0, "size");
        require(VM.load(address(target), bytes32(uint256(1))) == root, "root");
        VM.prank(KEEPER);
        target.pause();
        require(uint16(uint256(VM.load(address(target), 0)) >> 160) == 0x100, "pause");
    }

    // Who may anchor

    /// @notice A stranger can neither anchor nor lock the log out with a huge size, nor can the admin.
    function testRefusesWhoIsNoAnchorer(address caller, uint64 size, bytes32 root) external {
        VM.assume(caller != LOG);
        VM.prank(caller);
        VM.expectRevert(abi.encodeWithSelector(CheckpointAnchor.NotAnAnchorer.selector, caller));
        target.anchor(size, root);
        assertAnchors(1, bytes32(uint256(1)));
    }

    /// @notice A stranger changes nothing about who may.
    function testRefusesStrangersEveryChange() external {
        bytes memory refusal = abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, STRANGER);
        VM.startPrank(STRANGER);
        VM.expectRevert(refusal);
        target.appoint(STRANGER);
        VM.expectRevert(refusal);
        target.dismiss(LOG);
        VM.expectRevert(refusal);
        target.pause();
        VM.expectRevert(refusal);
        target.unpause();
        VM.expectRevert(refusal);
        target.setAuthority(STRANGER);
        VM.stopPrank();
    }

    /// @notice The admin cannot appoint at once, only after a week in which everybody sees the schedule.
    function testAppointsOnlyAfterTheDelay() external {
        bytes memory call = abi.encodeCall(CheckpointAnchor.appoint, (STRANGER));
        VM.startPrank(ADMIN);
        bytes32 id = manager.hashOperation(ADMIN, address(target), call);
        VM.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        target.appoint(STRANGER);
        manager.schedule(address(target), call, 0);
        VM.warp(block.timestamp + WEEK - 1);
        VM.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotReady.selector, id));
        target.appoint(STRANGER);
        VM.warp(block.timestamp + 1);
        VM.expectEmit(address(target));
        emit CheckpointAnchor.AnchorerAppointed(STRANGER);
        target.appoint(STRANGER);
        VM.stopPrank();
        VM.prank(STRANGER);
        target.anchor(3, bytes32(uint256(3)));
        assertStands(3, bytes32(uint256(3)));
    }

    /// @notice Nor can it go round the delay by the manager itself.
    function testTheManagerGoesByTheDelayToo() external {
        bytes4[] memory selectors = new bytes4[](1);
        selectors[0] = CheckpointAnchor.appoint.selector;
        assertScheduledOnly(abi.encodeCall(AccessManager.setTargetFunctionRole, (address(target), selectors, GUARDIAN)));
        assertScheduledOnly(abi.encodeCall(AccessManager.grantRole, (0, STRANGER, 0)));
        assertScheduledOnly(abi.encodeCall(AccessManager.updateAuthority, (address(target), STRANGER)));
    }

    /// @notice The guardian takes the right to anchor away at once, and cannot give it.
    function testTheGuardianDismissesAtOnce() external {
        assertAnchors(5, bytes32(uint256(5)));
        VM.prank(KEEPER);
        VM.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, KEEPER));
        target.appoint(KEEPER);
        VM.prank(KEEPER);
        VM.expectEmit(address(target));
        emit CheckpointAnchor.AnchorerDismissed(LOG);
        target.dismiss(LOG);
        assertRefused(6, bytes32(uint256(6)), abi.encodeWithSelector(CheckpointAnchor.NotAnAnchorer.selector, LOG));
        assertStands(5, bytes32(uint256(5)));
    }

    // Pausing

    /// @notice Pausing stops anchoring, unmakes nothing, and ends.
    function testPausingUnmakesNothing(uint64 size, bytes32 root) external {
        VM.assume(size > 0 && size < type(uint64).max && root != 0);
        assertAnchors(size, root);
        VM.prank(KEEPER);
        target.pause();
        assertRefused(size + 1, root, abi.encodeWithSelector(Pausable.EnforcedPause.selector));
        assertStands(size, root);
        VM.prank(KEEPER);
        target.unpause();
        assertAnchors(size + 1, root);
    }

    /// @notice Closing the contract to the manager's roles neither unmakes an anchor nor stops the log.
    function testClosingStopsChangesOnly() external {
        assertAnchors(5, bytes32(uint256(5)));
        bytes memory close = abi.encodeCall(AccessManager.setTargetClosed, (address(target), true));
        VM.startPrank(ADMIN);
        manager.schedule(address(manager), close, 0);
        VM.warp(block.timestamp + WEEK);
        manager.setTargetClosed(address(target), true);
        VM.stopPrank();
        VM.prank(KEEPER);
        VM.expectRevert(abi.encodeWithSelector(IAccessManaged.AccessManagedUnauthorized.selector, KEEPER));
        target.pause();
        assertStands(5, bytes32(uint256(5)));
        assertAnchors(6, bytes32(uint256(6)));
    }

    // The contract itself

    /// @notice A log without identity gets no contract.
    function testRefusesALogWithoutIdentity() external {
        VM.expectRevert(abi.encodeWithSelector(CheckpointAnchor.LogIdMissing.selector));
        new CheckpointAnchor(address(manager), 0, LOG);
    }

    /// @notice It takes no ether and answers nothing that it does not know.
    function testTakesNoEtherAndNoUnknownCall() external {
        (bool paid,) = address(target).call{value: 1}("");
        require(!paid, "ether");
        (bool known,) = address(target).call(abi.encodeWithSignature("upgradeTo(address)", STRANGER));
        require(!known, "unknown call");
    }

    function appoint(address account) private {
        bytes memory call = abi.encodeCall(CheckpointAnchor.appoint, (account));
        VM.startPrank(ADMIN);
        manager.schedule(address(target), call, 0);
        VM.warp(block.timestamp + WEEK);
        target.appoint(account);
        VM.stopPrank();
    }

    function assertAnchors(uint64 size, bytes32 root) private {
        VM.expectEmit(address(target));
        emit CheckpointAnchor.Anchored(size, root);
        VM.prank(LOG);
        target.anchor(size, root);
    }

    function assertNothingHappens(uint64 size, bytes32 root) private {
        VM.recordLogs();
        VM.prank(LOG);
        target.anchor(size, root);
        require(VM.getRecordedLogs().length == 0, "an event");
    }

    function assertRefused(uint64 size, bytes32 root, bytes memory refusal) private {
        VM.prank(LOG);
        VM.expectRevert(refusal);
        target.anchor(size, root);
    }

    function assertScheduledOnly(bytes memory call) private {
        bytes32 id = manager.hashOperation(ADMIN, address(manager), call);
        VM.prank(ADMIN);
        VM.expectRevert(abi.encodeWithSelector(IAccessManager.AccessManagerNotScheduled.selector, id));
        manager.execute(address(manager), call);
    }

    function assertStands(uint64 size, bytes32 root) private view {
        require(target.latestSize() == size, "size");
        require(target.latestRoot() == root, "root");
    }

    function rootOf(uint64 size) private pure returns (bytes32 root) {
        return keccak256(abi.encode(size));
    }
}
