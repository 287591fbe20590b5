package import SampanAPI
internal import SampanClinicalDocument
internal import SampanCrypto
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC
internal import SampanRecords

extension DocumentDesk {
    /// Bytes of one message of content.
    private static let pieceBytes = 65_536
    /// Bytes of a converted document. 64 MiB: four times the largest content; a slow reader holds them until the end.
    private static let mostConverted = 64 << 20

    package func fetchDocument(
        _ request: RecordsV1.FetchDocumentRequest, responses: MessageWriter<RecordsV1.FetchDocumentResponse>, context: CallContext
    ) async throws {
        let (document, version) = try Self.name(request.documentID, request.version)
        if case .unrecognized = request.form {
            throw RPCError(invalid: DomainError(field: "form", message: "is none that this service knows"))
        }
        let wanted = try await wanted(request.query, .read, context, document)
        let stream = try await Self.gate { () async throws(AccessRefusal) in
            try await reader(context).open(wanted, document: document, version: version)
        }
        if request.form == .fhirR4 {
            try await sendConverted(stream, responses)
        } else {
            try await sendStored(stream, responses)
        }
    }

    private func sendStored(
        _ stream: ContentStream, _ responses: MessageWriter<RecordsV1.FetchDocumentResponse>
    ) async throws(RPCError) {
        try await responses.send(RecordsV1.FetchDocumentResponse(part: .entry(stream.entry.message)))
        while let bytes = try await Self.next(of: stream) {
            // A content of no bytes is one empty chunk.
            if !bytes.isEmpty { try await responses.send(RecordsV1.FetchDocumentResponse(part: .content(bytes))) }
        }
    }

    /// Nothing is sent before the whole was converted; from then on the gate is asked before each piece, as it is for what was stored.
    private func sendConverted(
        _ stream: ContentStream, _ responses: MessageWriter<RecordsV1.FetchDocumentResponse>
    ) async throws(RPCError) {
        let bundle = try await bundle(of: stream)
        try await Self.gate { () async throws(AccessRefusal) in try await stream.confirm() }
        try await responses.send(RecordsV1.FetchDocumentResponse(part: .entry(stream.entry.message)))
        for start in stride(from: 0, to: bundle.count, by: Self.pieceBytes) {
            if start > 0 { try await Self.gate { () async throws(AccessRefusal) in try await stream.confirm() } }
            let piece = bundle.bytes(start..<min(start + Self.pieceBytes, bundle.count))
            try await responses.send(RecordsV1.FetchDocumentResponse(part: .content(piece)))
        }
    }

    private func bundle(of stream: ContentStream) async throws(RPCError) -> DocumentWorkshop.Content {
        guard stream.entry.size <= DocumentStandard.mostBytes else { throw Self.hasNoFHIRForm("it is too long") }
        let content = workshop.content()
        while let bytes = try await Self.next(of: stream) { try content.append(bytes) }
        let (digest, now, workshop) = (stream.entry.digest, records.clock.now(), workshop)
        return try await workshop.work { () throws(RPCError) in
            let bundle = try Self.bundle(of: content.bytes, digest, at: now)
            guard bundle.count <= Self.mostConverted else { throw Self.hasNoFHIRForm("it becomes too long") }
            return try workshop.content(holding: bundle)
        }
    }

    private static func next(of stream: ContentStream) async throws(RPCError) -> [UInt8]? {
        try await gate { () async throws(AccessRefusal) in try await stream.next() }
    }

    private static func bundle(of content: [UInt8], _ digest: [UInt8], at now: UnixTime) throws(RPCError) -> [UInt8] {
        do throws(DocumentError) {
            let document = try ClinicalDocumentReader().read(content)
            return try FHIRWriter(assembledAt: now, source: digest) { bytes in (try? SHA256.hash(bytes)) ?? [] }.bundle(of: document)
        } catch {
            throw hasNoFHIRForm(DocumentStandard.text(of: error))
        }
    }

    private static func hasNoFHIRForm(_ why: String) -> RPCError {
        RPCError(.failedPrecondition, reason: "NO_FHIR_FORM", "the document cannot be given as FHIR R4: \(why); fetch it as it was stored")
    }
}
