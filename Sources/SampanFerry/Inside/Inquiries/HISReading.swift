package import SampanAPI
package import SampanDomain

/// A HIS that answers questions: what the ferry needs of it besides `HISAdapter`. Nothing is changed by it.
package protocol HISReading: Sendable {
    /// The answer to one question, of one moment of the HIS; a question that it does not answer gets a refusal with its reason.
    ///
    /// Throws when the HIS cannot be reached: whoever asked is answered by somebody else, or asks again.
    func answer(_ inquiry: GatewayV1.Inquiry, now: UnixTime) async throws(HISError) -> GatewayV1.InquiryAnswer
}
