package import SampanDomain

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

    package init(submitter: InstitutionCode, requestID: RequestID, hash: [UInt8], payload: [UInt8], deadline: UnixTime) {
        self.submitter = submitter
        self.requestID = requestID
        self.hash = hash
        self.payload = payload
        self.deadline = deadline
    }
}
