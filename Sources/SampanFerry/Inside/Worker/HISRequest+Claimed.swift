internal import SampanAPI
internal import SampanDomain
internal import SampanProtobuf

/// Why a row of the gateway is not a request. Holds nothing of what is in it.
enum RowFault: Error {
    /// It is none, whoever looks at it.
    case malformed(DomainError)
    case sealed(UnreadableRow, SealFault)
}

extension RowFault: CustomStringConvertible {
    var description: String {
        switch self {
        case .malformed(let error): "\(error.field) \(error.message)"
        case .sealed(_, let fault): fault.reason.message
        }
    }
}

extension SealFault {
    /// What is told of it outside.
    var reason: OutcomeReason {
        switch self {
        case .unknownKey: OutcomeReason(constant: "SEALED_TO_UNKNOWN_KEY", "the request was sealed to a key that the inside does not have")
        case .broken: OutcomeReason(constant: "SEAL_BROKEN", "the request does not open: it, or its row, was changed on the way")
        }
    }
}

extension HISRequest {
    /// Opens and reads a claimed row, and checks it again.
    init(_ row: GatewayV1.ClaimedRequest, scheme: InstitutionCode.Scheme, opener: PayloadOpener?) throws(RowFault) {
        let payload = row.recipientKey.isEmpty ? row.payload : try Self.opened(row, opener)
        let request: GatewayV1.Request
        do throws(ProtobufError) {
            request = try GatewayV1.Request(serialized: payload)
        } catch {
            throw .malformed(DomainError(field: "payload", message: "is no Request: \(error)"))
        }
        do throws(DomainError) {
            try self.init(row, request, scheme)
        } catch {
            throw .malformed(error)
        }
    }

    private init(
        _ row: GatewayV1.ClaimedRequest, _ request: GatewayV1.Request, _ scheme: InstitutionCode.Scheme
    ) throws(DomainError) {
        // The seal is bound to the row's; a gateway that tells none is one without seals.
        guard row.recipientKey.isEmpty || row.requestID == request.requestID else {
            throw DomainError(field: "request_id", message: "is not that of the row")
        }
        guard let seq = Int64(exactly: row.seq) else { throw DomainError(field: "seq", message: "is out of range") }
        let command = try HISCommand(request, scheme: scheme)
        guard row.recipientKey.isEmpty || row.kind == command.kindName else {
            throw DomainError(field: "kind", message: "is not that of the row")
        }
        self.init(
            seq: seq, submitter: try InstitutionCode(row.submitter, scheme: .local), requestID: try RequestID(request.requestID),
            deadline: try UnixTime(required: request.deadline, field: "deadline"), command: command,
            fence: try Self.fence(row))
    }

    private static func opened(_ row: GatewayV1.ClaimedRequest, _ opener: PayloadOpener?) throws(RowFault) -> [UInt8] {
        let unreadable: UnreadableRow
        do throws(DomainError) {
            guard let seq = Int64(exactly: row.seq) else { throw DomainError(field: "seq", message: "is out of range") }
            unreadable = UnreadableRow(
                seq: seq, submitter: try InstitutionCode(row.submitter, scheme: .local), requestID: try RequestID(row.requestID),
                fence: try fence(row))
        } catch {
            throw .malformed(error)
        }
        guard let opener else { throw .sealed(unreadable, .unknownKey) }
        do throws(SealFault) {
            return try opener.open(
                row.payload, row.recipientKey,
                SealedRow.binding(seq: unreadable.seq, submitter: unreadable.submitter, requestID: unreadable.requestID, kind: row.kind))
        } catch {
            throw .sealed(unreadable, error)
        }
    }

    private static func fence(_ row: GatewayV1.ClaimedRequest) throws(DomainError) -> FerryFence? {
        guard row.fence > 0 else { return nil }
        guard let number = Int64(exactly: row.fence), row.worker < 64 else {
            throw DomainError(field: "fence", message: "is out of range")
        }
        return FerryFence(worker: Int64(row.worker), number: number)
    }
}
