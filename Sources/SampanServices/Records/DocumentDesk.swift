package import SampanAPI
package import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRPC
package import SampanRecords

/// `sampan.records.v1.DocumentService`: takes documents in, and lets them out through the gate. Who may call what is the policy's; who may
/// read what is decided by `RecordReader`. Each read, each write and each refusal is a leaf of the audit log before it is answered (RE-18).
package struct DocumentDesk: RecordsV1.DocumentServiceHandler {
    private static let usualPage = 50

    let records: RecordsDatabase
    let writer: DocumentWriter
    let patients: any PatientDirectory
    let audit: RegionAccessAudit
    /// The region's platform, which keeps contents where nobody else is named.
    let platform: InstitutionCode
    let workshop = DocumentWorkshop()

    /// - Parameters:
    ///   - writer: nil for one with the usual limit.
    ///   - platform: institution code of the region's platform: what an empty `custodian_code` means.
    package init(
        _ records: RecordsDatabase, writer: DocumentWriter? = nil, patients: any PatientDirectory, audit: RegionAccessAudit,
        platform: InstitutionCode
    ) {
        (self.records, self.writer, self.patients) = (records, writer ?? DocumentWriter(records), patients)
        (self.audit, self.platform) = (audit, platform)
    }

    package func listDocuments(
        _ request: RecordsV1.ListDocumentsRequest, context: CallContext
    ) async throws -> RecordsV1.ListDocumentsResponse {
        let (limit, cursor) = try Self.domain { () throws(DomainError) in
            (try Self.limit(request.pageSize), try TimelineCursor(token: request.pageToken))
        }
        let wanted = try await wanted(request.query, .list, context)
        let page = try await Self.gate { () async throws(AccessRefusal) in
            try await reader(context).timeline(wanted, after: cursor, limit: limit)
        }
        return RecordsV1.ListDocumentsResponse(
            entries: page.entries.map(\.message), nextPageToken: page.next?.token ?? "", bases: page.bases.map(\.text))
    }

    package func getDocument(
        _ request: RecordsV1.GetDocumentRequest, context: CallContext
    ) async throws -> RecordsV1.GetDocumentResponse {
        let (document, version) = try Self.name(request.documentID, request.version)
        let wanted = try await wanted(request.query, .read, context, document)
        let entry = try await Self.gate { () async throws(AccessRefusal) in
            try await reader(context).entry(wanted, document: document, version: version)
        }
        return RecordsV1.GetDocumentResponse(entry: entry.message)
    }

    package func listDocumentVersions(
        _ request: RecordsV1.ListDocumentVersionsRequest, context: CallContext
    ) async throws -> RecordsV1.ListDocumentVersionsResponse {
        let (document, before) = try Self.name(request.documentID, request.before, field: "before")
        let limit = try Self.domain { () throws(DomainError) in try Self.limit(request.pageSize) }
        let wanted = try await wanted(request.query, .list, context, document)
        let entries = try await Self.gate { () async throws(AccessRefusal) in
            try await reader(context).versions(wanted, document: document, before: before ?? .max, limit: limit)
        }
        let last = entries.count == limit ? entries.last?.version ?? 1 : 1
        return RecordsV1.ListDocumentVersionsResponse(entries: entries.map(\.message), nextBefore: last > 1 ? last : 0)
    }
}

extension DocumentDesk {
    /// The gate as one call goes through it.
    func reader(_ context: CallContext) -> RecordReader { RecordReader(records, audit: audit.reading(context)) }

    /// What a query asks of the gate. Who may not even ask is a leaf as well.
    func wanted(
        _ query: RecordsV1.RecordQuery?, _ operation: AuditAccess.Operation, _ context: CallContext, _ document: DocumentID? = nil
    ) async throws(RPCError) -> AccessRequest {
        guard let query else { throw RPCError(invalid: DomainError(field: "query", message: "is missing")) }
        let person = try Self.domain { () throws(DomainError) in try EnterpriseID(query.enterpriseID) }
        let act = RecordAct(
            of: person, operation, .deny, reason: "", document: document, purpose: try? PurposeOfUse(name: query.purpose))
        return try await audit.refusing(act, context) { () throws(RPCError) in
            try query.accessRequest(of: try context.requireStaffIdentity())
        }
    }

    /// Names a document and a version of it; 0 is the newest.
    static func name(_ id: String, _ version: Int64, field: String = "version") throws(RPCError) -> (DocumentID, version: Int64?) {
        try domain { () throws(DomainError) in
            guard version >= 0 else { throw DomainError(field: field, message: "is not below 0") }
            return (try DocumentID(id), version == 0 ? nil : version)
        }
    }

    static func limit(_ size: UInt32) throws(DomainError) -> Int {
        guard size <= UInt32(RecordReader.mostEntries) else {
            throw DomainError(field: "page_size", message: "is 1 to \(RecordReader.mostEntries), or 0 for \(usualPage)")
        }
        return size == 0 ? usualPage : Int(size)
    }

    static func domain<T>(_ body: () throws(DomainError) -> T) throws(RPCError) -> T {
        do throws(DomainError) { return try body() } catch { throw RPCError(invalid: error) }
    }

    static func gate<T>(_ body: () async throws(AccessRefusal) -> T) async throws(RPCError) -> T {
        do throws(AccessRefusal) { return try await body() } catch { throw error.rpcError }
    }

    static func run<T>(_ body: () async throws(RecordsError) -> T) async throws(RPCError) -> T {
        do throws(RecordsError) { return try await body() } catch { throw error.rpcError }
    }
}
