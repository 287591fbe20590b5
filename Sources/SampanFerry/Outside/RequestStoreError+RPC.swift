package import SampanAPI
internal import SampanDomain
package import SampanRPC

extension RequestStoreError {
    /// What a caller gets to see.
    package var rpcError: RPCError {
        switch self {
        case .requestIDReused:
            RPCError(.alreadyExists, reason: "REQUEST_ID_REUSED", "another request was submitted under this request_id; use a new one")
        case .outcomeConflict(let seq):
            RPCError(.failedPrecondition, reason: "OUTCOME_CONFLICT", "row \(seq) was finished with another outcome")
        case .unknownSequence:
            RPCError(.notFound, reason: "UNKNOWN_SEQUENCE", "there is no such request of this institution")
        case .tooManyOpenRequests(let limit):
            RPCError(
                .resourceExhausted, reason: "TOO_MANY_OPEN_REQUESTS", "\(limit) requests wait for the hospital; try again later")
        case .payloadTooLarge(let bytes, let limit):
            RPCError(.invalidArgument, reason: "PAYLOAD_TOO_LARGE", "the request has \(bytes) bytes; at most \(limit) are taken")
        case .invalidClaim(let text): RPCError(.invalidArgument, reason: "INVALID_CLAIM", text)
        case .superseded(let worker):
            RPCError(
                .failedPrecondition, reason: "WORKER_SUPERSEDED",
                "another process has started as worker \(worker) since; one supervisor is meant to run")
        case .storage(let error):
            RPCError(.unavailable, reason: "STORAGE_UNAVAILABLE", "the request store cannot be written now; try again", cause: error)
        }
    }
}

extension RequestRowStatus {
    package var message: GatewayV1.RequestStatus {
        let outcome = outcome?.message
        return GatewayV1.RequestStatus(
            seq: UInt64(clamping: seq), requestID: requestID.text, state: outcome?.state ?? .queued,
            receiptNumber: outcome?.receipt ?? "", reason: outcome?.reason ?? "", message: outcome?.message ?? "",
            submittedAt: submittedAt.message, claimedAt: claimedAt?.message, finishedAt: finishedAt?.message)
    }
}
