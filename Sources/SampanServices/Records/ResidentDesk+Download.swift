package import SampanAPI
internal import SampanCompression
internal import SampanCrypto
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC
internal import SampanRecords

extension ResidentDesk {
    /// Bytes of one message.
    private static let pieceBytes = 65_536

    /// The list first, signed, then every document that it names, one chunk in memory at a time; the archive's own directory at the end.
    /// What cannot be read ends the call with its status, so that a cut archive is never taken for a whole one.
    package func downloadRecord(
        _ request: RecordsV1.DownloadRecordRequest, responses: MessageWriter<RecordsV1.DownloadRecordResponse>, context: CallContext
    ) async throws {
        let scope = try Self.domain { () throws(DomainError) in try Self.scope([], nil, nil) }
        let asker = try await entitled(request.session, about: request.enterpriseID, .export, context)
        guard downloads.take() else {
            throw RPCError(
                .resourceExhausted, reason: "TOO_MANY_DOWNLOADS", "the node gives out as many records as it can; try again later")
        }
        defer { downloads.giveBack() }
        let wanted = asker.wanted(scope)
        let bundle = try await bundle(wanted, request.session, context)
        try await audit.append(
            RecordAct(of: asker.subject, .export, .permit, reason: asker.basis, role: Self.role, purpose: .patientRequest), context)
        let (manifest, signature) = try await signed(bundle)
        var zip = ZipWriter()
        try await send(zip.whole(RecordBundle.manifestName, manifest), responses)
        try await send(zip.whole(RecordBundle.signatureName, signature), responses)
        for item in bundle.items {
            let stream = try await Self.gate { () async throws(AccessRefusal) in
                try await reader(context).open(wanted, document: item.document, version: item.version)
            }
            try await send(zip.begin(item.name, size: item.size), responses)
            while let bytes = try await next(of: stream, request.session, context) {
                zip.add(bytes)
                try await send(bytes, responses)
            }
            try await send(zip.end(), responses)
        }
        try await send(zip.directory(), responses)
    }

    /// The newest version of everything that the resident may see, by its index.
    private func bundle(_ wanted: AccessRequest, _ session: String, _ context: CallContext) async throws(RPCError) -> RecordBundle {
        var (bundle, cursor) = (RecordBundle(), TimelineCursor?.none)
        let reader = reader(context)
        repeat {
            let from = cursor
            let page = try await Self.gate { () async throws(AccessRefusal) in
                try await reader.timeline(wanted, after: from, limit: RecordReader.mostEntries)
            }
            try await sessions.confirm(session, context)
            guard bundle.items.count + page.entries.count <= RecordBundle.mostDocuments else {
                throw RPCError(
                    .failedPrecondition, reason: "RECORD_TOO_LARGE",
                    "the record has more than \(RecordBundle.mostDocuments) documents; fetch them one by one")
            }
            for entry in page.entries { bundle.add(entry) }
            cursor = page.next
        } while cursor != nil
        return bundle
    }

    private func signed(_ bundle: RecordBundle) async throws(RPCError) -> (manifest: [UInt8], signature: [UInt8]) {
        let identity = signer()
        guard let maker = identity.leaf.alternativeNames?.uris.first else {
            throw RPCError(.internal, reason: "SIGNER_UNNAMED", "the node's certificate names no node")
        }
        let manifest = bundle.manifest(madeAt: records.clock.now(), by: maker)
        do throws(CryptoError) {
            return (manifest, try await RecordBundle.signature(over: manifest, by: identity))
        } catch {
            throw RPCError(.internal, reason: "CRYPTO_FAILED", "OpenSSL failed", cause: error)
        }
    }

    private func send(_ bytes: [UInt8], _ responses: MessageWriter<RecordsV1.DownloadRecordResponse>) async throws(RPCError) {
        for start in stride(from: 0, to: bytes.count, by: Self.pieceBytes) {
            try await responses.send(
                RecordsV1.DownloadRecordResponse(archive: Array(bytes[start..<min(start + Self.pieceBytes, bytes.count)])))
        }
    }
}
