package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC
internal import SampanRecords

extension ResidentDesk {
    package func listOwnDocuments(
        _ request: RecordsV1.ListOwnDocumentsRequest, context: CallContext
    ) async throws -> RecordsV1.ListOwnDocumentsResponse {
        let (scope, cursor, limit) = try Self.domain { () throws(DomainError) in
            (
                try Self.scope(request.kinds, request.from, request.until), try TimelineCursor(token: request.pageToken),
                try DocumentDesk.limit(request.pageSize)
            )
        }
        let asker = try await asker(request.session, about: request.enterpriseID, context)
        let page = try await Self.gate { () async throws(AccessRefusal) in
            try await reader(context).timeline(asker.wanted(scope), after: cursor, limit: limit)
        }
        try await sessions.confirm(request.session, context)
        return RecordsV1.ListOwnDocumentsResponse(entries: page.entries.map(\.message), nextPageToken: page.next?.token ?? "")
    }

    package func fetchOwnDocument(
        _ request: RecordsV1.FetchOwnDocumentRequest, responses: MessageWriter<RecordsV1.FetchOwnDocumentResponse>, context: CallContext
    ) async throws {
        let (document, version) = try DocumentDesk.name(request.documentID, request.version)
        let scope = try Self.domain { () throws(DomainError) in try Self.scope([], nil, nil) }
        let asker = try await asker(request.session, about: request.enterpriseID, context)
        let stream = try await Self.gate { () async throws(AccessRefusal) in
            try await reader(context).open(asker.wanted(scope), document: document, version: version)
        }
        try await responses.send(RecordsV1.FetchOwnDocumentResponse(part: .entry(stream.entry.message)))
        while let bytes = try await next(of: stream, request.session, context) {
            // A content of no bytes is one empty chunk.
            if !bytes.isEmpty { try await responses.send(RecordsV1.FetchOwnDocumentResponse(part: .content(bytes))) }
        }
    }

    package func listReadings(
        _ request: RecordsV1.ListReadingsRequest, context: CallContext
    ) async throws -> RecordsV1.ListReadingsResponse {
        let (limit, before) = try ConsentPage.read(size: request.pageSize, before: request.before)
        let asker = try await entitled(request.session, about: request.enterpriseID, .list, context)
        let readings: [AccessJournal.Reading]
        do throws(RecordsError) {
            readings = try await AccessJournal(records).readings(of: asker.subject, before: before, limit: limit)
        } catch {
            throw error.rpcError
        }
        return RecordsV1.ListReadingsResponse(
            readings: readings.map(\.message), nextBefore: ConsentPage.next(readings.count, limit, last: readings.last?.number))
    }

    /// The next bytes, while what let the resident in holds and the session is open.
    func next(of stream: ContentStream, _ session: String, _ context: CallContext) async throws(RPCError) -> [UInt8]? {
        let bytes = try await Self.gate { () async throws(AccessRefusal) in try await stream.next() }
        // After the read: what was signed out while it went on is not given.
        try await sessions.confirm(session, context)
        return bytes
    }

    /// All that a resident may see of the kinds; no kind means every kind.
    static func scope(
        _ names: [String], _ from: GoogleProtobuf.Timestamp?, _ until: GoogleProtobuf.Timestamp?
    ) throws(DomainError) -> RecordScope {
        var kinds: Set<DocumentKind> = []
        for name in names { kinds.insert(try DocumentKind(name: name)) }
        let first = try from.map { time throws(DomainError) in try UnixTime(required: time, field: "from") }
        let last = try until.map { time throws(DomainError) in try UnixTime(required: time, field: "until") }
        return try RecordScope(
            kinds: kinds.isEmpty ? Set(DocumentKind.allCases) : kinds, from: first ?? UnixTime(nanoseconds: .min),
            until: last ?? UnixTime(nanoseconds: .max), gradeCeiling: AccessRules.personalGrade)
    }
}

extension ResidentDesk.Asker {
    func wanted(_ scope: RecordScope) -> AccessRequest {
        AccessRequest(reader: .resident(person), purpose: .patientRequest, patient: subject, scope: scope)
    }
}

extension AccessJournal.Reading {
    var message: RecordsV1.Reading {
        RecordsV1.Reading(
            number: number, at: at.message, institutionCode: institution?.text ?? "", staffID: staff?.text ?? "",
            role: role?.rawValue ?? "", residentID: resident?.number ?? 0, purpose: purpose.rawValue, operation: entry.rawValue,
            documentID: document?.text ?? "", outcome: outcome, reason: reason)
    }
}
