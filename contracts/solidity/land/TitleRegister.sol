// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {ITitleRegister} from "./ITitleRegister.sol";
import {Former, Mortgage, Part, Seat, Share, Terms, Title} from "./LandTypes.sol";
import {Officers} from "./Officers.sol";
import {TitleState} from "./TitleState.sol";

/// @title A register of land titles
/// @author The Xinlu authors
/// @notice A house cannot be sold twice: each unit has one current version, every change names the version that
/// it changes, and moves it by one. Whoever sends a change, it counts by the approvals that it brings: those of
/// the parties whom it concerns and, last, those of two officers. The state of a unit is given with each change
/// and kept as a hash; calls and events say what changed, so that it can be put together again. Nothing here is
/// about a person: parties, parcels, claims and orders are salted commitments.
/// @dev Final: no owner, no proxy, no delegatecall, no way to receive ether, and no way to remove a title.
/// An approval is used up by the version it names, on this chain and in this contract.
contract TitleRegister is Officers {
    using TitleState for TitleState.Members;
    using TitleState for TitleState.Keys;

    uint8 private constant _FROZEN = 1;
    uint8 private constant _CLOSED = 2;
    uint256 private constant _MAX_UNITS = 64;

    bytes private constant _TYPES =
        "Mortgage(bytes32 key,bytes32 party,bytes32 claim,uint8 restrictions)"
        "Share(bytes32 key,bytes32 party,uint64 numerator)"
        "Title(bytes32 parcel,uint64 denominator,Share[] owners,Mortgage[] mortgages,bytes32[] orders)";
    bytes private constant _MEMBERS =
        "(bytes32 unit,uint32 version,Title before,Title after,bytes32 nonce,uint48 deadline)";
    bytes32 private constant _OPEN =
        keccak256(abi.encodePacked("Open(bytes32 unit,Title title,bytes32 nonce,uint48 deadline)", _TYPES));
    bytes32 private constant _TRANSFER = keccak256(abi.encodePacked("Transfer", _MEMBERS, _TYPES));
    bytes32 private constant _MORTGAGE = keccak256(abi.encodePacked("SetMortgage", _MEMBERS, _TYPES));
    bytes32 private constant _DISCHARGE = keccak256(abi.encodePacked("Discharge", _MEMBERS, _TYPES));
    bytes32 private constant _CORRECT = keccak256(abi.encodePacked("Correct", _MEMBERS, _TYPES));
    bytes32 private constant _FREEZE = keccak256(abi.encodePacked("Freeze", _MEMBERS, _TYPES));
    bytes32 private constant _RELEASE = keccak256(abi.encodePacked("Release", _MEMBERS, _TYPES));
    bytes32 private constant _PART = keccak256("Part(bytes32 unit,bytes32 parcel)");
    bytes32 private constant _SPLIT =
        keccak256(
            abi.encodePacked(
                "Split(bytes32 unit,uint32 version,Title before,Part[] parts,bytes32 nonce,uint48 deadline)",
                "Mortgage(bytes32 key,bytes32 party,bytes32 claim,uint8 restrictions)",
                "Part(bytes32 unit,bytes32 parcel)",
                "Share(bytes32 key,bytes32 party,uint64 numerator)",
                "Title(bytes32 parcel,uint64 denominator,Share[] owners,Mortgage[] mortgages,bytes32[] orders)"
            )
        );
    bytes32 private constant _FORMER =
        keccak256(abi.encodePacked("Former(bytes32 unit,uint32 version,Title title)", _TYPES));
    bytes32 private constant _MERGE =
        keccak256(
            abi.encodePacked(
                "Merge(Former[] formers,bytes32 unit,Title after,bytes32 nonce,uint48 deadline)",
                "Former(bytes32 unit,uint32 version,Title title)",
                _TYPES
            )
        );

    /// @inheritdoc ITitleRegister
    ITitleRegister public immutable override PREDECESSOR;

    /// @dev Of a unit: version in the low 32 bits, flags in the next 8, and above them 27 bytes of the state's
    /// hash. To find two states of one hash takes 2^108 tries; another state for a given one, 2^216.
    mapping(bytes32 unit => uint256 record) private _records;

    /// @notice A unit has its first version. Its state stands in the data of the call.
    /// @param unit The unit.
    /// @param nonce The case.
    /// @param state Hash of its state.
    event Opened(bytes32 indexed unit, bytes32 indexed nonce, bytes32 indexed state);
    /// @notice Owners changed.
    /// @param unit The unit.
    /// @param nonce The case.
    /// @param version The version that this made.
    /// @param state Hash of its state.
    /// @param denominator The whole of the shares.
    /// @param owners The owners.
    event Transferred(
        bytes32 indexed unit,
        bytes32 indexed nonce,
        uint32 indexed version,
        bytes32 state,
        uint64 denominator,
        Share[] owners
    );
    /// @notice A mortgage was set, in the last rank.
    /// @param unit The unit.
    /// @param nonce The case.
    /// @param version The version that this made.
    /// @param state Hash of its state.
    /// @param mortgage The mortgage.
    event Mortgaged(
        bytes32 indexed unit,
        bytes32 indexed nonce,
        uint32 indexed version,
        bytes32 state,
        Mortgage mortgage
    );
    /// @notice A mortgage was cancelled.
    /// @param unit The unit.
    /// @param nonce The case.
    /// @param version The version that this made.
    /// @param state Hash of its state.
    /// @param rank Its place in the list, from 0.
    /// @param claim Its claim.
    event Discharged(
        bytes32 indexed unit,
        bytes32 indexed nonce,
        uint32 indexed version,
        bytes32 state,
        uint256 rank,
        bytes32 claim
    );
    /// @notice The state was corrected.
    /// @param unit The unit.
    /// @param nonce The case.
    /// @param version The version that this made.
    /// @param state Hash of its state.
    /// @param title Its state.
    event Corrected(
        bytes32 indexed unit,
        bytes32 indexed nonce,
        uint32 indexed version,
        bytes32 state,
        Title title
    );
    /// @notice A court ordered that nothing may move.
    /// @param unit The unit.
    /// @param nonce The case.
    /// @param version The version that this made.
    /// @param state Hash of its state.
    /// @param order Commitment to the order.
    event Frozen(
        bytes32 indexed unit,
        bytes32 indexed nonce,
        uint32 indexed version,
        bytes32 state,
        bytes32 order
    );
    /// @notice A court's order ended.
    /// @param unit The unit.
    /// @param nonce The case.
    /// @param version The version that this made.
    /// @param state Hash of its state.
    /// @param order Commitment to the order.
    event Released(
        bytes32 indexed unit,
        bytes32 indexed nonce,
        uint32 indexed version,
        bytes32 state,
        bytes32 order
    );
    /// @notice A unit was closed because others took its place; its last state stays.
    /// @param unit The unit.
    /// @param nonce The case.
    /// @param version The version that this made.
    event Closed(bytes32 indexed unit, bytes32 indexed nonce, uint32 indexed version);
    /// @notice A unit came out of a split, with the owners and mortgages of the one that was split.
    /// @param unit The unit.
    /// @param nonce The case.
    /// @param state Hash of its state.
    /// @param from The unit that was split.
    /// @param parcel Commitment to its parcel.
    event SplitOff(
        bytes32 indexed unit,
        bytes32 indexed nonce,
        bytes32 state,
        bytes32 indexed from,
        bytes32 parcel
    );
    /// @notice A unit came out of a merger, with the mortgages of the former units in their order.
    /// @param unit The unit.
    /// @param nonce The case.
    /// @param state Hash of its state.
    /// @param parcel Commitment to its parcel.
    /// @param denominator The whole of the shares.
    /// @param owners The owners.
    event Merged(
        bytes32 indexed unit,
        bytes32 indexed nonce,
        bytes32 state,
        bytes32 parcel,
        uint64 denominator,
        Share[] owners
    );

    /// @notice The unit was never opened.
    /// @param unit The unit.
    error UnitUnknown(bytes32 unit);
    /// @notice The unit is there already, or was.
    /// @param unit The unit.
    /// @param version Its version.
    error UnitExists(bytes32 unit, uint32 version);
    /// @notice The unit was split or merged away.
    /// @param unit The unit.
    /// @param version Its last version.
    error UnitClosed(bytes32 unit, uint32 version);
    /// @notice A court order stands on the unit.
    /// @param unit The unit.
    /// @param version Its version.
    error UnitFrozen(bytes32 unit, uint32 version);
    /// @notice The unit has moved on: the change names another version than the current one.
    /// @param unit The unit.
    /// @param current Its version.
    /// @param named The version that the change names.
    error VersionConflict(bytes32 unit, uint32 current, uint32 named);
    /// @notice The state given is not the one that stands.
    /// @param unit The unit.
    /// @param current The state that stands, as 27 bytes of its hash.
    /// @param given The state given, likewise.
    error StateMismatch(bytes32 unit, bytes27 current, bytes27 given);
    /// @notice Another key approved than the one whose approval is needed at this place.
    /// @param required The key of the party.
    /// @param given The key that approved.
    error PartyMismatch(bytes32 required, bytes32 given);
    /// @notice A registrar decides no case in which she is a party.
    /// @param key Her key.
    error RegistrarIsParty(bytes32 key);
    /// @notice The register's predecessor has not ended in favour of this one.
    /// @param predecessor The predecessor.
    error NotHandedOver(address predecessor);

    /// @notice Founds the register.
    /// @param manager The AccessManager through which officers change.
    /// @param seats The first officers.
    /// @param predecessor The register whose titles this one takes over; zero for the first.
    constructor(
        address manager,
        Seat[] memory seats,
        ITitleRegister predecessor
    ) EIP712("XinluTitleRegister", "1") Officers(manager, seats) {
        PREDECESSOR = predecessor;
    }

    /// @notice Gives a unit its first version (第一次登記).
    /// @param terms What the change names; version 0.
    /// @param title Its state.
    /// @param approvals Those of two registrars.
    function open(Terms calldata terms, Title calldata title, bytes[] calldata approvals) external {
        _checkDeadline(terms.deadline);
        if (terms.version != 0) revert VersionConflict(terms.unit, 0, terms.version);
        TitleState.check(title);
        bytes32 state = TitleState.membersOf(title).hashOf();
        bytes32 digest = _hashTypedDataV4(
            keccak256(abi.encode(_OPEN, terms.unit, state, terms.nonce, terms.deadline))
        );
        TitleState.Keys memory nobody;
        _approve(digest, terms, nobody, approvals);
        _openUnit(terms.unit, state, title.orders.length == 0 ? 0 : _FROZEN);
        emit Opened(terms.unit, terms.nonce, state);
    }

    /// @notice Moves ownership, whole or in part (移轉). Mortgages stay as they are.
    /// @param terms What the change names.
    /// @param before The state that stands.
    /// @param denominator The whole of the shares, after it.
    /// @param owners The owners, after it.
    /// @param approvals Those of the owners whose share changes, ascending by key; of mortgage holders who
    /// restrict transfers, by rank; of two registrars.
    function transfer(
        Terms calldata terms,
        Title calldata before,
        uint64 denominator,
        Share[] calldata owners,
        bytes[] calldata approvals
    ) external {
        TitleState.Members memory members = _take(terms, before);
        TitleState.checkOwners(denominator, owners);
        bytes32 prior = members.hashOf();
        members.denominator = denominator;
        members.owners = TitleState.hashOwners(owners);
        bytes32 state = members.hashOf();
        _approve(
            _digest(_TRANSFER, terms, prior, state),
            terms,
            TitleState.partiesToTransfer(before, denominator, owners),
            approvals
        );
        _put(terms, state, 0);
        emit Transferred(terms.unit, terms.nonce, terms.version + 1, state, denominator, owners);
    }

    /// @notice Sets a mortgage, in the last rank (抵押權設定).
    /// @param terms What the change names.
    /// @param before The state that stands.
    /// @param mortgage The mortgage.
    /// @param approvals Those of all owners; of holders who restrict further mortgages, by rank; of the new
    /// holder; of two registrars.
    function setMortgage(
        Terms calldata terms,
        Title calldata before,
        Mortgage calldata mortgage,
        bytes[] calldata approvals
    ) external {
        TitleState.Members memory members = _take(terms, before);
        TitleState.checkMortgage(mortgage);
        uint256 rank = before.mortgages.length;
        TitleState.checkCount(rank + 1, TitleState.MAX_MORTGAGES);
        bytes32 prior = members.hashOf();
        bytes32[] memory hashes = TitleState.hashMortgages(before.mortgages, 1);
        hashes[rank] = TitleState.hashMortgage(mortgage);
        members.mortgages = TitleState.hashList(hashes);
        bytes32 state = members.hashOf();
        TitleState.Keys memory parties = TitleState.ownersOf(before.owners, rank + 1);
        parties.addHolders(before.mortgages, TitleState.RESTRICTS_MORTGAGE);
        parties.list[parties.count++] = mortgage.key;
        _approve(_digest(_MORTGAGE, terms, prior, state), terms, parties, approvals);
        _put(terms, state, 0);
        emit Mortgaged(terms.unit, terms.nonce, terms.version + 1, state, mortgage);
    }

    /// @notice Cancels a mortgage (抵押權塗銷). Nobody but its holder can, and no court order stands against it.
    /// @param terms What the change names.
    /// @param before The state that stands.
    /// @param rank Which mortgage: its place in the list, from 0.
    /// @param approvals Those of its holder and of two registrars.
    function discharge(
        Terms calldata terms,
        Title calldata before,
        uint256 rank,
        bytes[] calldata approvals
    ) external {
        _checkDeadline(terms.deadline);
        (TitleState.Members memory members, uint8 flags) = _standingOf(terms.unit, terms.version, before);
        bytes32 prior = members.hashOf();
        members.mortgages = TitleState.hashList(
            TitleState.without(TitleState.hashMortgages(before.mortgages, 0), rank)
        );
        bytes32 state = members.hashOf();
        Mortgage calldata mortgage = before.mortgages[rank];
        TitleState.Keys memory holder = TitleState.Keys(new bytes32[](1), 1);
        holder.list[0] = mortgage.key;
        _approve(_digest(_DISCHARGE, terms, prior, state), terms, holder, approvals);
        _put(terms, state, flags);
        emit Discharged(terms.unit, terms.nonce, terms.version + 1, state, rank, mortgage.claim);
    }

    /// @notice Corrects what was registered wrongly, or gives a party who lost her key another (更正). Mortgages
    /// keep their number, ranks, claims and restrictions.
    /// @param terms What the change names.
    /// @param before The state that stands.
    /// @param corrected The state as it should be.
    /// @param approvals Those of a supervisor and of two registrars.
    function correct(
        Terms calldata terms,
        Title calldata before,
        Title calldata corrected,
        bytes[] calldata approvals
    ) external {
        bytes32 prior = _take(terms, before).hashOf();
        TitleState.check(corrected);
        TitleState.checkSameClaims(before.mortgages, corrected.mortgages);
        // Orders come by freeze and go by release, and none stands here.
        TitleState.checkCount(corrected.orders.length, 0);
        bytes32 state = TitleState.membersOf(corrected).hashOf();
        if (state == prior) revert TitleState.NothingChanges();
        bytes32 digest = _digest(_CORRECT, terms, prior, state);
        if (approvals.length != 3) revert ApprovalCount(3, approvals.length);
        TitleState.Keys memory supervisor = TitleState.Keys(new bytes32[](1), 1);
        supervisor.list[0] = _officer(digest, approvals[0], SUPERVISOR);
        _checkRegistrars(digest, supervisor, approvals);
        _put(terms, state, 0);
        emit Corrected(terms.unit, terms.nonce, terms.version + 1, state, corrected);
    }

    /// @notice Freezes a unit by a court's order (囑託限制登記): until each order on it is released, only a mortgage may
    /// be discharged.
    /// @param terms What the change names.
    /// @param before The state that stands.
    /// @param order Commitment to the order.
    /// @param approvals Those of a court and of a registrar.
    function freeze(
        Terms calldata terms,
        Title calldata before,
        bytes32 order,
        bytes[] calldata approvals
    ) external {
        _checkDeadline(terms.deadline);
        (TitleState.Members memory members, ) = _standingOf(terms.unit, terms.version, before);
        uint256 count = before.orders.length;
        TitleState.checkCount(count + 1, TitleState.MAX_ORDERS);
        if (order == bytes32(0)) revert TitleState.CommitmentMissing();
        bytes32[] memory orders = new bytes32[](count + 1);
        for (uint256 i = 0; i < count; ++i) orders[i] = before.orders[i];
        orders[count] = order;
        bytes32 state = _order(_FREEZE, terms, members, orders, approvals);
        emit Frozen(terms.unit, terms.nonce, terms.version + 1, state, order);
    }

    /// @notice Releases a unit from one court order.
    /// @param terms What the change names.
    /// @param before The state that stands.
    /// @param index Which order: its place in the list, from 0.
    /// @param approvals Those of a court and of a registrar.
    function release(
        Terms calldata terms,
        Title calldata before,
        uint256 index,
        bytes[] calldata approvals
    ) external {
        _checkDeadline(terms.deadline);
        (TitleState.Members memory members, ) = _standingOf(terms.unit, terms.version, before);
        bytes32[] memory rest = TitleState.without(before.orders, index);
        bytes32 state = _order(_RELEASE, terms, members, rest, approvals);
        emit Released(terms.unit, terms.nonce, terms.version + 1, state, before.orders[index]);
    }

    /// @notice Splits a unit (分割): each part has its owners, shares and mortgages.
    /// @param terms What the change names.
    /// @param before The state that stands.
    /// @param parts The parts, two or more.
    /// @param approvals Those of all owners, of all mortgage holders by rank, and of two registrars.
    function split(
        Terms calldata terms,
        Title calldata before,
        Part[] calldata parts,
        bytes[] calldata approvals
    ) external {
        TitleState.Members memory members = _take(terms, before);
        if (parts.length < 2 || parts.length > _MAX_UNITS) {
            revert TitleState.CountRefused(parts.length, _MAX_UNITS);
        }
        bytes32 prior = members.hashOf();
        bytes32[] memory hashes = new bytes32[](parts.length);
        for (uint256 i = 0; i < parts.length; ++i) {
            hashes[i] = keccak256(abi.encode(_PART, parts[i].unit, parts[i].parcel));
        }
        TitleState.Keys memory parties = TitleState.ownersOf(before.owners, before.mortgages.length);
        parties.addHolders(before.mortgages, 0);
        _approve(_digest(_SPLIT, terms, prior, TitleState.hashList(hashes)), terms, parties, approvals);
        _put(terms, prior, _CLOSED);
        emit Closed(terms.unit, terms.nonce, terms.version + 1);
        for (uint256 i = 0; i < parts.length; ++i) _splitOff(terms, members, parts[i]);
    }

    /// @notice Merges units into one (合併): mortgages stand behind one another in the order of the former units.
    /// @param terms The new unit, version 0, the case and the deadline.
    /// @param formers The units that are merged, two or more, each with its version and the state that stands.
    /// @param parcel Commitment to the new parcel.
    /// @param denominator The whole of the shares.
    /// @param owners The owners of the new unit.
    /// @param approvals Those of all owners and then all mortgage holders of each former unit, in order; of the
    /// owners of the new one; of two registrars.
    function merge(
        Terms calldata terms,
        Former[] calldata formers,
        bytes32 parcel,
        uint64 denominator,
        Share[] calldata owners,
        bytes[] calldata approvals
    ) external {
        _checkDeadline(terms.deadline);
        if (terms.version != 0) revert VersionConflict(terms.unit, 0, terms.version);
        if (parcel == bytes32(0)) revert TitleState.CommitmentMissing();
        TitleState.checkOwners(denominator, owners);
        TitleState.Keys memory parties = _partiesToMerge(formers, owners);
        (bytes32 hash, TitleState.Members memory members) = _closeAll(terms.nonce, formers);
        members.parcel = parcel;
        members.denominator = denominator;
        members.owners = TitleState.hashOwners(owners);
        bytes32 state = members.hashOf();
        _approve(_mergeDigest(terms, hash, state), terms, parties, approvals);
        _openUnit(terms.unit, state, 0);
        emit Merged(terms.unit, terms.nonce, state, parcel, denominator, owners);
    }

    /// @inheritdoc ITitleRegister
    function recordOf(
        bytes32 unit
    ) external view override returns (uint32 version, uint8 flags, bytes27 state) {
        uint256 record = _records[unit];
        if (record == 0 && address(PREDECESSOR) != address(0)) return PREDECESSOR.recordOf(unit);
        return (uint32(record), uint8(record >> 32), bytes27(bytes32(record)));
    }

    /// @dev Appends or removes a court's order: a court and a registrar approve.
    function _order(
        bytes32 typeHash,
        Terms calldata terms,
        TitleState.Members memory members,
        bytes32[] memory orders,
        bytes[] calldata approvals
    ) private returns (bytes32 state) {
        bytes32 prior = members.hashOf();
        members.orders = TitleState.hashList(orders);
        state = members.hashOf();
        if (approvals.length != 2) revert ApprovalCount(2, approvals.length);
        _checkTwo(_digest(typeHash, terms, prior, state), approvals[0], COURT, approvals[1], REGISTRAR);
        _put(terms, state, orders.length == 0 ? 0 : _FROZEN);
    }

    function _splitOff(Terms calldata terms, TitleState.Members memory members, Part calldata part) private {
        if (part.parcel == bytes32(0)) revert TitleState.CommitmentMissing();
        members.parcel = part.parcel;
        bytes32 state = members.hashOf();
        _openUnit(part.unit, state, 0);
        emit SplitOff(part.unit, terms.nonce, state, terms.unit, part.parcel);
    }

    /// @dev Closes the former units of a merger; what is returned has their hash, and their mortgages as members.
    function _closeAll(
        bytes32 nonce,
        Former[] calldata formers
    ) private returns (bytes32 hash, TitleState.Members memory members) {
        bytes32[] memory hashes = new bytes32[](formers.length);
        for (uint256 i = 0; i < formers.length; ++i) {
            Former calldata former = formers[i];
            (TitleState.Members memory closing, uint8 flags) = _standingOf(
                former.unit,
                former.version,
                former.title
            );
            if (flags != 0) revert UnitFrozen(former.unit, former.version);
            bytes32 state = closing.hashOf();
            hashes[i] = keccak256(abi.encode(_FORMER, former.unit, former.version, state));
            // No order stands on any of them, so the list of orders is the empty one.
            members.orders = closing.orders;
            _write(former.unit, former.version, state, _CLOSED);
            emit Closed(former.unit, nonce, former.version + 1);
        }
        members.mortgages = TitleState.hashList(_mortgagesOf(formers));
        return (TitleState.hashList(hashes), members);
    }

    /// @dev And swap: the next version, in its new state.
    function _put(Terms calldata terms, bytes32 state, uint8 flags) private {
        _write(terms.unit, terms.version, state, flags);
    }

    function _openUnit(bytes32 unit, bytes32 state, uint8 flags) private {
        uint256 record = _recordOf(unit);
        if (record != 0) revert UnitExists(unit, uint32(record));
        _write(unit, 0, state, flags);
    }

    function _write(bytes32 unit, uint32 version, bytes32 state, uint8 flags) private {
        _records[unit] = uint256(bytes32(bytes27(state))) | (uint256(flags) << 32) | (version + 1);
    }

    /// @dev What a change that no court order may stand against begins with.
    function _take(
        Terms calldata terms,
        Title calldata before
    ) private view returns (TitleState.Members memory members) {
        _checkDeadline(terms.deadline);
        uint8 flags;
        (members, flags) = _standingOf(terms.unit, terms.version, before);
        if (flags != 0) revert UnitFrozen(terms.unit, terms.version);
    }

    /// @dev Compare: the unit stands at this version, in this state.
    function _standingOf(
        bytes32 unit,
        uint32 version,
        Title calldata before
    ) private view returns (TitleState.Members memory members, uint8 flags) {
        uint256 record = _recordOf(unit);
        if (record == 0) revert UnitUnknown(unit);
        if (uint32(record) != version) revert VersionConflict(unit, uint32(record), version);
        flags = uint8(record >> 32);
        if (flags & _CLOSED != 0) revert UnitClosed(unit, version);
        members = TitleState.membersOf(before);
        bytes27 given = bytes27(members.hashOf());
        if (given != bytes27(bytes32(record))) revert StateMismatch(unit, bytes27(bytes32(record)), given);
    }

    /// @dev A unit that has not changed here yet stands as the predecessor left it.
    function _recordOf(bytes32 unit) private view returns (uint256 record) {
        record = _records[unit];
        if (record == 0 && address(PREDECESSOR) != address(0)) {
            if (PREDECESSOR.successor() != address(this)) revert NotHandedOver(address(PREDECESSOR));
            (uint32 version, uint8 flags, bytes27 state) = PREDECESSOR.recordOf(unit);
            return uint256(bytes32(state)) | (uint256(flags) << 32) | version;
        }
    }

    /// @dev Each party approves, in order, and two registrars, who are none of them.
    function _approve(
        bytes32 digest,
        Terms calldata terms,
        TitleState.Keys memory parties,
        bytes[] calldata approvals
    ) private view {
        uint256 count = parties.count;
        if (approvals.length != count + 2) revert ApprovalCount(count + 2, approvals.length);
        for (uint256 i = 0; i < count; ++i) {
            bytes32 key = _approver(digest, terms, approvals[i]);
            if (key != parties.list[i]) revert PartyMismatch(parties.list[i], key);
        }
        _checkRegistrars(digest, parties, approvals);
    }

    function _checkRegistrars(
        bytes32 digest,
        TitleState.Keys memory parties,
        bytes[] calldata approvals
    ) private view {
        uint256 count = parties.count;
        (bytes32 one, bytes32 other) = _checkTwo(
            digest,
            approvals[count],
            REGISTRAR,
            approvals[count + 1],
            REGISTRAR
        );
        for (uint256 i = 0; i < count; ++i) {
            bytes32 key = parties.list[i];
            if (key == one || key == other) revert RegistrarIsParty(key);
        }
    }

    function _digest(
        bytes32 typeHash,
        Terms calldata terms,
        bytes32 prior,
        bytes32 state
    ) private view returns (bytes32 digest) {
        return
            _hashTypedDataV4(
                keccak256(
                    abi.encode(typeHash, terms.unit, terms.version, prior, state, terms.nonce, terms.deadline)
                )
            );
    }

    function _mergeDigest(
        Terms calldata terms,
        bytes32 formers,
        bytes32 state
    ) private view returns (bytes32 digest) {
        return
            _hashTypedDataV4(
                keccak256(abi.encode(_MERGE, formers, terms.unit, state, terms.nonce, terms.deadline))
            );
    }

    function _partiesToMerge(
        Former[] calldata formers,
        Share[] calldata owners
    ) private pure returns (TitleState.Keys memory parties) {
        if (formers.length < 2 || formers.length > _MAX_UNITS) {
            revert TitleState.CountRefused(formers.length, _MAX_UNITS);
        }
        uint256 count = owners.length;
        for (uint256 i = 0; i < formers.length; ++i) {
            count += formers[i].title.owners.length + formers[i].title.mortgages.length;
        }
        parties.list = new bytes32[](count);
        for (uint256 i = 0; i < formers.length; ++i) {
            parties.addOwners(formers[i].title.owners);
            parties.addHolders(formers[i].title.mortgages, 0);
        }
        parties.addOwners(owners);
    }

    /// @dev Hashes of all mortgages of the former units, in order.
    function _mortgagesOf(Former[] calldata formers) private pure returns (bytes32[] memory hashes) {
        uint256 count = 0;
        for (uint256 i = 0; i < formers.length; ++i) count += formers[i].title.mortgages.length;
        TitleState.checkCount(count, TitleState.MAX_MORTGAGES);
        hashes = new bytes32[](count);
        count = 0;
        for (uint256 i = 0; i < formers.length; ++i) {
            Mortgage[] calldata mortgages = formers[i].title.mortgages;
            for (uint256 j = 0; j < mortgages.length; ++j) hashes[count++] = TitleState.hashMortgage(mortgages[j]);
        }
    }
}
