// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

// The words are those of the Land Administration Domain Model (LADM, ISO 19152): a basic administrative unit
// (BAUnit) bears rights, restrictions and responsibilities (RRR) of parties. Parties and parcels are salted
// commitments.

/// @dev One owner's share (LA_Right). `key` approves for her: an Ethereum address in the low 20 bytes, or
/// keccak256 of an ERC-7913 signer. `party` is the salted commitment to the person. A citizen has a fresh pair
/// in each case.
struct Share {
    bytes32 key;
    bytes32 party;
    uint64 numerator;
}

/// @dev A mortgage over the whole unit (LA_Mortgage); its rank is its place in the list. `claim` is the salted
/// commitment to the secured claim. `restrictions`: 1 a transfer, 2 a further mortgage needs the holder's
/// approval.
struct Mortgage {
    bytes32 key;
    bytes32 party;
    bytes32 claim;
    uint8 restrictions;
}

/// @dev The state of a unit. `parcel` is the salted commitment to its spatial unit (LA_SpatialUnit); owners
/// stand in ascending order of key, and their numerators add up to the denominator; `orders` are commitments to
/// court orders.
struct Title {
    bytes32 parcel;
    uint64 denominator;
    Share[] owners;
    Mortgage[] mortgages;
    bytes32[] orders;
}

/// @dev What every change names: the unit, the version that it changes, the case (a random reference that says
/// nothing to a stranger and makes two messages of equal content two), and until when (seconds since 1970).
struct Terms {
    bytes32 unit;
    uint32 version;
    bytes32 nonce;
    uint48 deadline;
}

/// @dev A unit that comes out of a split.
struct Part {
    bytes32 unit;
    bytes32 parcel;
}

/// @dev A unit that goes into a merger.
struct Former {
    bytes32 unit;
    uint32 version;
    Title title;
}

/// @dev An officer's key and its roles.
struct Seat {
    bytes32 key;
    uint8 roles;
}
