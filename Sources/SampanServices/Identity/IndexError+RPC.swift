internal import SampanFerry
internal import SampanIdentity
internal import SampanRPC
internal import SampanStorage

extension IndexError {
    /// What the other side is told: never a name or a number.
    var rpcError: RPCError {
        switch self {
        case .requestIDReused:
            RPCError(.alreadyExists, reason: "REQUEST_ID_REUSED", "something else was asked for under this request_id; use a new one")
        case .unknownPerson: RPCError(.notFound, reason: "UNKNOWN_PERSON", "no person has this enterprise id")
        case .unknownRecord: RPCError(.notFound, reason: "UNKNOWN_LOCAL_ID", "the institution has registered nobody under this local id")
        case .unknownReview: RPCError(.notFound, reason: "UNKNOWN_REVIEW", "there is no such review")
        case .unknownEvent: RPCError(.notFound, reason: "UNKNOWN_EVENT", "there is no such merge")
        case .samePerson:
            RPCError(.failedPrecondition, reason: "SAME_PERSON", "these ids are one person already, or the other was merged before")
        case .notReversible:
            RPCError(
                .failedPrecondition, reason: "NOT_REVERSIBLE",
                "it was undone before, or something that was merged on top must be undone first; or the person has one record only")
        case .reviewClosed: RPCError(.failedPrecondition, reason: "REVIEW_CLOSED", "the review is decided")
        case .sameReviewer:
            RPCError(
                .failedPrecondition, reason: "SECOND_REVIEWER_NEEDED", "who proposed a decision cannot confirm it; another person must")
        case .guardianCircle:
            RPCError(.failedPrecondition, reason: "GUARDIAN_CIRCLE", "nobody is their own guardian, nor that of their guardian")
        case .invalid(let field, let problem):
            RPCError(.invalidArgument, reason: "INVALID_\(field.uppercased())", "\(field) \(problem)")
        case .sealed:
            RPCError(.internal, reason: "INDEX_SEALED", "a row of the index cannot be opened: its key is another, or the file was changed")
        case .storage(let error):
            RPCError(.unavailable, reason: "STORAGE_UNAVAILABLE", "the index cannot be read or written now; try again", cause: error)
        }
    }
}
