package import SampanStorage

/// Why a code was not taken. The raw value is the stable reason of errors.
package enum CodeRefusal: String, Sendable, Hashable, CaseIterable {
    /// There is none of that number for this clinician.
    case unknown = "CODE_UNKNOWN"
    case wrong = "CODE_WRONG"
    case used = "CODE_USED"
    case expired = "CODE_EXPIRED"
    case exhausted = "CODE_TRIES_EXHAUSTED"
    case replaced = "CODE_REPLACED"
    /// Too many wrong codes for this patient today.
    case locked = "CODE_LOCKED"
}

/// Why consent was refused, or failed.
package enum ConsentError: StorageFailure, Equatable {
    case code(CodeRefusal)
    /// Too many codes were asked for: of this patient, or by this reader.
    case tooMany(perPatient: Bool)
    /// The patient has as many grants already as one may have at once.
    case tooManyGrants
    /// The role does not take part in this.
    case roleNotAllowed
    /// There is no such grant, or emergency, of this patient or institution.
    case unknown
    /// Who opened an emergency access does not review it.
    case ownReview
    /// It was reviewed before.
    case reviewed
    /// The `request_id` was used before for something else.
    case requestReused
    /// The code could not be sent; it is void.
    case notSent
    case records(RecordsError)

    package static func storage(_ error: StorageError) -> ConsentError { .records(.storage(error)) }
}
