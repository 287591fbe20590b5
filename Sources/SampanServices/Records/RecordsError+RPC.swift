internal import SampanFerry
package import SampanRecords
package import SampanRPC

extension RecordsError {
    /// What the other side is told: never anything of a patient.
    package var rpcError: RPCError {
        switch self {
        case .unlabelled:
            RPCError(.invalidArgument, reason: "UNLABELLED", "a document comes with its security label (GB/T 39725-2020): class and grade")
        case .invalid(let error): RPCError(invalid: error)
        case .tooLarge(let limit):
            RPCError(.resourceExhausted, reason: "CONTENT_TOO_LARGE", "the content has more than \(limit) bytes; nothing of it was kept")
        case .unknownDocument: RPCError(.notFound, reason: "UNKNOWN_DOCUMENT", "this person has no such document, or no such version of it")
        case .notOwner: RPCError(.permissionDenied, reason: "NOT_OWNER", "only the institution that made a document amends it")
        case .amendedMeanwhile(let current):
            RPCError(
                .aborted, reason: "AMENDED_MEANWHILE", "the newest version is \(current), not the one that was read; read it again")
        case .requestReused:
            RPCError(.alreadyExists, reason: "REQUEST_ID_REUSED", "something else was asked for under this request_id; use a new one")
        case .uploadEnded: RPCError(.aborted, reason: "UPLOAD_ENDED", "the upload was given up before its end; send it again")
        case .masterMissing:
            RPCError(.unavailable, reason: "MASTER_KEY_MISSING", "the node has not the key that this is sealed under", cause: self)
        case .keyExhausted: RPCError(.internal, reason: "KEY_EXHAUSTED", "a key of the records has sealed all it may", cause: self)
        case .damaged: RPCError(.dataLoss, reason: "RECORDS_DAMAGED", "what is in the records' file is not what was stored", cause: self)
        case .crypto: RPCError(.internal, reason: "CRYPTO_FAILED", "OpenSSL failed", cause: self)
        case .storage:
            RPCError(.unavailable, reason: "STORAGE_UNAVAILABLE", "the records cannot be read or written now; try again", cause: self)
        }
    }
}

extension AccessRefusal {
    /// Of a denial, the reason is `DenialReason`'s word; no text tells whether a document exists.
    package var rpcError: RPCError {
        switch self {
        case .denied(let reason): RPCError(.permissionDenied, reason: reason.rawValue, reason.text)
        case .auditUnavailable:
            RPCError(
                .unavailable, reason: "AUDIT_UNAVAILABLE",
                "the audit log cannot be written, and nothing is told or kept without it; try again")
        case .records(let error): error.rpcError
        }
    }
}

extension DenialReason {
    fileprivate var text: String {
        switch self {
        case .roleNotAllowed: "this role reads nothing for this purpose"
        case .noConsent: "no consent covers what was asked for; the patient can give one"
        case .consentEnded: "what let the reader in was taken back, or is over"
        case .notThePatient: "a resident reads only for themselves, and for whom they stand"
        case .notCovered: "there is no such document among those that the reader may be shown"
        }
    }
}
