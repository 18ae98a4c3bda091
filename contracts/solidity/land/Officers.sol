// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Approvals} from "./Approvals.sol";
import {ITitleRegister} from "./ITitleRegister.sol";
import {Seat} from "./LandTypes.sol";

/// @title The officers of a title register, and its end
/// @author The Xinlu authors
/// @notice Whoever may send them, changes count by the officers' signatures, always of two different keys. Who
/// is an officer changes by two governors' signatures and through the AccessManager, whose delay lets the
/// public see it before it happens; neither the manager's administrator nor the governors can do it without the
/// other. Two registrars and two governors always remain.
abstract contract Officers is ITitleRegister, Approvals, AccessManaged {
    /// @dev One slot: the register's end, how often officers changed, and how many there are of whom two must
    /// remain.
    struct Standing {
        address successor;
        uint32 version;
        uint16 registrars;
        uint16 governors;
    }

    /// @notice Decides changes of titles, with another (登記官).
    uint8 public constant REGISTRAR = 1;
    /// @notice Orders a freeze and its release (法院).
    uint8 public constant COURT = 2;
    /// @notice Approves corrections (上級機關).
    uint8 public constant SUPERVISOR = 4;
    /// @notice Appoints officers and hands the register over, with another.
    uint8 public constant GOVERNOR = 8;

    bytes32 private constant _APPOINT =
        keccak256("Appoint(bytes32 key,uint8 roles,uint32 version,uint48 deadline)");
    bytes32 private constant _HAND_OVER =
        keccak256("HandOver(address successor,uint32 version,uint48 deadline)");

    /// @notice The roles of an officer's key, as bits.
    mapping(bytes32 key => uint8 roles) public rolesOf;

    Standing private _standing;

    /// @notice An officer's roles are these from now on; 0 for none.
    /// @param key The officer's key.
    /// @param roles Its roles, as bits.
    /// @param version How often officers have changed, with this.
    event Appointed(bytes32 indexed key, uint8 indexed roles, uint32 indexed version);
    /// @notice The register ended; its titles go on at the successor.
    /// @param successor The register that takes over.
    /// @param version How often officers had changed.
    event HandedOver(address indexed successor, uint32 indexed version);

    /// @notice The key does not hold the role.
    /// @param key The key that signed.
    /// @param role The role that it needs.
    error RoleMissing(bytes32 key, uint8 role);
    /// @notice One officer signed twice where two different ones have to.
    /// @param key The officer's key.
    error OfficerTwice(bytes32 key);
    /// @notice A list of approvals is not as long as the change takes.
    /// @param required How many it takes.
    /// @param given How many there are.
    error ApprovalCount(uint256 required, uint256 given);
    /// @notice A role or key that is not known.
    /// @param key The key.
    /// @param roles The roles.
    error SeatMalformed(bytes32 key, uint8 roles);
    /// @notice Fewer than two would remain of those who always act by two.
    /// @param registrars How many registrars there would be.
    /// @param governors How many governors there would be.
    error OfficersTooFew(uint16 registrars, uint16 governors);
    /// @notice A register ends without officers.
    /// @param registrars How many registrars there would be.
    /// @param governors How many governors there would be.
    error OfficersRemain(uint16 registrars, uint16 governors);
    /// @notice Officers have changed since this was signed.
    /// @param current How often they changed.
    /// @param named What the message names.
    error OfficersVersionConflict(uint32 current, uint32 named);
    /// @notice The register has ended.
    /// @param successor The register that took over.
    error RegisterEnded(address successor);
    /// @notice The register named to take over does not take over from this one.
    /// @param successor The register named.
    error SuccessorRefused(address successor);

    /// @notice Seats the first officers.
    /// @param manager The AccessManager through which officers change.
    /// @param seats The first officers.
    constructor(address manager, Seat[] memory seats) AccessManaged(manager) {
        for (uint256 i = 0; i < seats.length; ++i) _seat(seats[i].key, seats[i].roles);
        _checkTwoRemain();
    }

    /// @notice Gives an officer's key its roles, in place of those that it had.
    /// @param key The officer's key.
    /// @param roles Its roles, as bits; 0 for none.
    /// @param version How often officers have changed so far.
    /// @param deadline Until when the approvals may be used.
    /// @param approvals Those of two governors.
    function appoint(
        bytes32 key,
        uint8 roles,
        uint32 version,
        uint48 deadline,
        bytes[] calldata approvals
    ) external restricted {
        _checkGovernors(
            keccak256(abi.encode(_APPOINT, key, roles, version, deadline)),
            version,
            deadline,
            approvals
        );
        _seat(key, roles);
        _checkTwoRemain();
    }

    /// @notice Ends this register for ever in favour of one that was deployed to take over from it: its last
    /// officers leave, and without them nothing changes. (No change has to ask whether the register goes on.)
    /// @param next The register that takes over.
    /// @param leaving Every registrar and governor; where they are too many, most are dismissed before.
    /// @param version How often officers have changed so far.
    /// @param deadline Until when the approvals may be used.
    /// @param approvals Those of two governors.
    function handOver(
        ITitleRegister next,
        bytes32[] calldata leaving,
        uint32 version,
        uint48 deadline,
        bytes[] calldata approvals
    ) external restricted {
        _checkGovernors(
            keccak256(abi.encode(_HAND_OVER, next, version, deadline)),
            version,
            deadline,
            approvals
        );
        if (address(next.PREDECESSOR()) != address(this)) revert SuccessorRefused(address(next));
        for (uint256 i = 0; i < leaving.length; ++i) _seat(leaving[i], 0);
        Standing memory standing = _standing;
        if (standing.registrars != 0 || standing.governors != 0) {
            revert OfficersRemain(standing.registrars, standing.governors);
        }
        _standing.successor = address(next);
        emit HandedOver(address(next), version);
    }

    /// @notice How often officers have changed, and how many of those there are who act by two.
    /// @return version How often officers have changed.
    /// @return registrars How many registrars there are.
    /// @return governors How many governors there are.
    function officers() external view returns (uint32 version, uint16 registrars, uint16 governors) {
        return (_standing.version, _standing.registrars, _standing.governors);
    }

    /// @inheritdoc ITitleRegister
    function successor() external view override returns (address register) {
        return _standing.successor;
    }

    /// @dev Two different keys, each with its role, signed the digest. Nobody may stand in for an officer.
    function _checkTwo(
        bytes32 digest,
        bytes calldata one,
        uint8 roleOfOne,
        bytes calldata other,
        uint8 roleOfOther
    ) internal view returns (bytes32 keyOfOne, bytes32 keyOfOther) {
        keyOfOne = _officer(digest, one, roleOfOne);
        keyOfOther = _officer(digest, other, roleOfOther);
        if (keyOfOne == keyOfOther) revert OfficerTwice(keyOfOne);
    }

    /// @dev The officer who signed; she holds the role.
    function _officer(bytes32 digest, bytes calldata approval, uint8 role) internal view returns (bytes32 key) {
        key = _signer(digest, approval);
        if (rolesOf[key] & role == 0) {
            address next = _standing.successor;
            if (next != address(0)) revert RegisterEnded(next);
            revert RoleMissing(key, role);
        }
    }

    function _seat(bytes32 key, uint8 roles) private {
        if (key == bytes32(0) || roles > (REGISTRAR | COURT | SUPERVISOR | GOVERNOR)) {
            revert SeatMalformed(key, roles);
        }
        Standing memory standing = _standing;
        uint8 before = rolesOf[key];
        standing.registrars = standing.registrars + _one(roles, REGISTRAR) - _one(before, REGISTRAR);
        standing.governors = standing.governors + _one(roles, GOVERNOR) - _one(before, GOVERNOR);
        ++standing.version;
        _standing = standing;
        rolesOf[key] = roles;
        emit Appointed(key, roles, standing.version);
    }

    function _checkGovernors(
        bytes32 structHash,
        uint32 version,
        uint48 deadline,
        bytes[] calldata approvals
    ) private view {
        _checkDeadline(deadline);
        if (version != _standing.version) revert OfficersVersionConflict(_standing.version, version);
        if (approvals.length != 2) revert ApprovalCount(2, approvals.length);
        _checkTwo(_hashTypedDataV4(structHash), approvals[0], GOVERNOR, approvals[1], GOVERNOR);
    }

    function _checkTwoRemain() private view {
        Standing memory standing = _standing;
        if (standing.registrars < 2 || standing.governors < 2) {
            revert OfficersTooFew(standing.registrars, standing.governors);
        }
    }

    function _one(uint8 roles, uint8 role) private pure returns (uint16 count) {
        return roles & role == 0 ? 0 : 1;
    }
}
