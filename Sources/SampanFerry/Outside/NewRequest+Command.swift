package import SampanDomain
internal import SampanAPI
internal import SampanProtobuf

extension NewRequest {
    /// A request row for a command that has been checked. The digest covers who submits it and everything it says but its deadline, which a
    /// retry may move.
    package init(
        submitter: String, requestID: String, command: HISCommand, deadline: UnixTime, digest: ([UInt8]) -> [UInt8]
    ) throws(DomainError) {
        let id = try RequestID(requestID)
        let code = try InstitutionCode(submitter, scheme: .local)
        let body = GatewayV1.Request(requestID: requestID, command: command.message)
        var whole = body
        whole.deadline = deadline.message
        do throws(ProtobufError) {
            self.init(
                submitter: code, requestID: id, hash: digest(try body.serialized()), payload: try whole.serialized(), deadline: deadline)
        } catch {
            throw DomainError(field: "request", message: "cannot be encoded: \(error)")
        }
    }
}
