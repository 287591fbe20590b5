package import SampanDomain
package import SampanRPC

/// A request on its way into the outer store.
package struct NewRequest: Sendable {
    /// Institution of the certificate that submits it, never one from a message body.
    package let submitter: InstitutionCode
    /// Unique within the submitter.
    package let requestID: RequestID
    /// Digest of everything that makes the request what it is; a replay has the same.
    package let hash: [UInt8]
    /// The serialized request; opaque here, parsed again inside.
    package let payload: [UInt8]
    /// After it, the inside gives up instead of starting.
    package let deadline: UnixTime
    /// Where the call stands in a trace that submits it; nil without one. No part of what the request is: a replay may come by another way.
    package let trace: TraceParent?
    /// Of the command (`PaymentKind`): what a sealed payload is bound to besides its row. Empty where it is not told.
    package let kind: String

    package init(
        submitter: InstitutionCode, requestID: RequestID, hash: [UInt8], payload: [UInt8], deadline: UnixTime, trace: TraceParent? = nil,
        kind: String = ""
    ) {
        self.submitter = submitter
        self.requestID = requestID
        self.hash = hash
        self.payload = payload
        self.deadline = deadline
        self.trace = trace
        self.kind = kind
    }
}
