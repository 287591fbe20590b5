internal import SampanAPI
package import SampanDomain
internal import SampanFerry
package import SampanRPC
package import SampanStorage

/// Why the registry did not do what it was asked. Nothing was written.
package enum RegistryError: StorageFailure, Equatable {
    case invalid(DomainError)
    /// There is no such entry, or none that the registry knew then.
    case notFound(String)
    /// It has another version than the one that was read (the newest one).
    case versionConflict(newest: Int64)
    /// The caller's institution has used this request id for another body.
    case requestIDReused
    /// A closed entry never acts again.
    case closed
    /// A status is changed by its own method, not with other fields.
    case statusByPut
    /// The region has suspended it; only the region restores it.
    case setByRegion
    /// It is another institution's.
    case otherInstitution
    /// A keyed value cannot be read: another key, or changed bytes.
    case unreadable
    case storage(StorageError)
}

extension RegistryError {
    package var rpcError: RPCError {
        switch self {
        case .invalid(let error): RPCError(invalid: error)
        case .notFound(let what): RPCError(.notFound, reason: "NOT_REGISTERED", "the registry has no such \(what)")
        case .versionConflict(let newest):
            RPCError(
                .aborted, reason: "VERSION_CONFLICT", "the newest version is \(newest), not the one that was read; read it again")
        case .requestIDReused:
            RPCError(.alreadyExists, reason: "REQUEST_ID_REUSED", "something else was asked for under this request_id; use a new one")
        case .closed: RPCError(.failedPrecondition, reason: "ENTRY_CLOSED", "the entry is closed, which is final")
        case .statusByPut:
            RPCError(
                .failedPrecondition, reason: "STATUS_BY_PUT",
                "a status is changed by suspending, restoring or closing, not with other fields")
        case .setByRegion:
            RPCError(.permissionDenied, reason: "SET_BY_REGION", "the region has set this status; an admin of the region changes it")
        case .otherInstitution:
            RPCError(.permissionDenied, reason: "OTHER_INSTITUTION", "this is another institution's than that of the certificate")
        case .unreadable:
            RPCError(.dataLoss, reason: "REGISTRY_UNREADABLE", "an entry cannot be opened: is the registry's key another one?")
        case .storage(let error):
            RPCError(.unavailable, reason: "STORAGE_UNAVAILABLE", "the registry cannot be read or written now; try again", cause: error)
        }
    }
}
