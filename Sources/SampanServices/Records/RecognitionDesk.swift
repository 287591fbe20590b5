package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
package import SampanRecords
package import SampanRPC

/// `sampan.records.v1.RecognitionService`: mutual recognition of results (RE-06 to RE-08). What is looked at of a patient's comes through
/// the gate, like all reading, and each look is a leaf of the audit log; a document that may not be read is not recognised, and nothing
/// else is told of it.
package struct RecognitionDesk: RecordsV1.RecognitionServiceHandler {
    /// What is taken where the region has not said anything else: standards and windows are **the region's to set**, and come with its
    /// configuration. Laboratory results of a week, images of a month, electrocardiograms of three days.
    package static let usualRules = RecognitionRules(
        standards: ["HL7 CDA R2", "HL7 FHIR R4"],
        windows: [.labReport: 7 * day, .imagingReport: 30 * day, .electrocardiogramReport: 3 * day])
    /// Documents of one question, at the most.
    private static let mostDocuments = 100
    /// Repeats that are told, at the most.
    private static let mostRepeats = 20
    /// Pages of `RecordReader.mostEntries` that are looked through for repeats: nobody has more results within a window.
    private static let mostPages = 20
    private static let day: Int64 = 86_400 * 1_000_000_000

    private let records: RecordsDatabase
    private let certificates: QualityCertificates
    private let rules: RecognitionRules
    private let regions: any InstitutionRegions
    private let changes: any RegistryAudit
    private let audit: @Sendable (CallContext) -> any AccessAudit

    /// - Parameters:
    ///   - rules: the region's standards and windows.
    ///   - changes: where it is written down who enters certificates.
    ///   - audit: where decisions of the gate are written down for one call (`RegionAccessAudit.reading`).
    package init(
        _ records: RecordsDatabase, rules: RecognitionRules = Self.usualRules, regions: any InstitutionRegions,
        changes: any RegistryAudit, audit: @escaping @Sendable (CallContext) -> any AccessAudit
    ) {
        (self.records, self.rules, self.regions, self.changes, self.audit) = (records, rules, regions, changes, audit)
        certificates = QualityCertificates(records)
    }

    // MARK: Certificates

    package func putQualityCertificate(
        _ request: RecordsV1.PutQualityCertificateRequest, context: CallContext
    ) async throws -> RecordsV1.PutQualityCertificateResponse {
        let identity = try Self.caller(context, [.admin, .platform])
        guard let message = request.certificate else {
            throw RPCError(invalid: DomainError(field: "certificate", message: "is missing"))
        }
        let (certificate, id, actor) = try Self.domain { () throws(DomainError) in
            (
                try QualityCertificate(message), try RequestID(request.requestID),
                try InstitutionCode(identity.institution, scheme: .local)
            )
        }
        try await changes.append(
            .registry(
                context, at: records.clock.now(), "QUALITY_CERTIFICATE_PUT",
                "certificate of quality of \(certificate.institution), \(certificate.level.rawValue) \(certificate.region.digits)"))
        let kept = try await Self.run { () async throws(RecordsError) in
            try await certificates.put(certificate, request: id, by: actor)
        }
        return RecordsV1.PutQualityCertificateResponse(certificate: kept.message)
    }

    package func listQualityCertificates(
        _ request: RecordsV1.ListQualityCertificatesRequest, context: CallContext
    ) async throws -> RecordsV1.ListQualityCertificatesResponse {
        _ = try Self.caller(context, [.admin, .platform, .hospital, .center, .gateway])
        let institution = try Self.domain { () throws(DomainError) in
            guard request.pageSize <= 500 else { throw DomainError(field: "page_size", message: "is 1 to 500") }
            guard request.pageToken.utf8.count <= QualityCertificates.numberBytes else {
                throw DomainError(field: "page_token", message: "is none of a page of this list")
            }
            return request.institutionCode.isEmpty ? nil : try InstitutionCode(request.institutionCode, scheme: .local)
        }
        let size = request.pageSize == 0 ? 100 : Int(request.pageSize)
        let found = try await Self.run { () async throws(RecordsError) in
            try await certificates.page(of: institution, after: request.pageToken, limit: size + 1)
        }
        let shown = found.prefix(size)
        return RecordsV1.ListQualityCertificatesResponse(
            certificates: shown.map(\.message), nextPageToken: found.count > size ? shown.last?.number ?? "" : "")
    }

    // MARK: Results

    package func checkRecognition(
        _ request: RecordsV1.CheckRecognitionRequest, context: CallContext
    ) async throws -> RecordsV1.CheckRecognitionResponse {
        let (access, region) = try await asked(request.query, context)
        guard (1...Self.mostDocuments).contains(request.documentIDs.count) else {
            throw RPCError(invalid: DomainError(field: "document_ids", message: "must be 1 to \(Self.mostDocuments)"))
        }
        let documents = try Self.domain { () throws(DomainError) in
            var documents: [DocumentID] = []
            for text in request.documentIDs { documents.append(try DocumentID(text)) }
            return documents
        }
        let reader = RecordReader(records, audit: audit(context))
        var entries: [DocumentEntry?] = []
        for document in documents { entries.append(try await Self.entry(document, reader, access)) }
        let known = try await certificates(of: entries.compactMap { $0 })
        let now = records.clock.now()
        let results = zip(documents, entries).map { document, entry in
            let certificate = entry?.details.qualityCertificate.flatMap { known[$0] }
            return rules.judge(entry, certificate, reader: region, at: now).message(of: document)
        }
        return RecordsV1.CheckRecognitionResponse(results: results)
    }

    package func checkOrder(
        _ request: RecordsV1.CheckOrderRequest, context: CallContext
    ) async throws -> RecordsV1.CheckOrderResponse {
        let (access, region) = try await asked(request.query, context)
        guard (1...DocumentDetails.byteLimit).contains(request.itemCode.utf8.count) else {
            throw RPCError(invalid: DomainError(field: "item_code", message: "must be 1 to \(DocumentDetails.byteLimit) bytes"))
        }
        let now = records.clock.now()
        guard let narrowed = narrowed(access, at: now) else { return RecordsV1.CheckOrderResponse() }
        let reader = RecordReader(records, audit: audit(context))
        var (repeats, cursor): ([DocumentEntry], TimelineCursor?) = ([], nil)
        for _ in 0..<Self.mostPages {
            let page: TimelinePage
            do throws(AccessRefusal) {
                page = try await reader.timeline(narrowed, after: cursor, limit: RecordReader.mostEntries)
            } catch {
                throw error.rpcError
            }
            repeats += rules.repeats(
                of: request.itemCode, among: page.entries, certificates: try await certificates(of: page.entries), reader: region, at: now)
            cursor = page.next
            if cursor == nil || repeats.count >= Self.mostRepeats { break }
        }
        return RecordsV1.CheckOrderResponse(repeats: repeats.prefix(Self.mostRepeats).map(\.message))
    }

    // MARK: Small parts

    /// Who asks what of the gate, and where the reader's institution is.
    private func asked(
        _ query: RecordsV1.RecordQuery?, _ context: CallContext
    ) async throws(RPCError) -> (access: AccessRequest, region: RegionCode) {
        let staff = try context.requireStaffIdentity()
        guard let query else { throw RPCError(invalid: DomainError(field: "query", message: "is missing")) }
        let access = try query.accessRequest(of: staff)
        guard let region = try await regions.region(of: try staff.institutionCode) else {
            throw RPCError(
                .failedPrecondition, reason: "REGION_UNKNOWN",
                "the registry does not know in which region the reader's institution is, so no certificate reaches it")
        }
        return (access, region)
    }

    /// No more than what could be a repeat: kinds that are recognised, as old as they are taken. Nil where that is nothing.
    private func narrowed(_ access: AccessRequest, at now: UnixTime) -> AccessRequest? {
        let kinds = access.scope.kinds.intersection(rules.windows.keys)
        let longest = kinds.compactMap { rules.windows[$0] }.max() ?? 0
        let from = max(access.scope.from, now.advanced(byNanoseconds: -longest))
        guard
            let scope = try? RecordScope(
                kinds: kinds, from: from, until: access.scope.until, gradeCeiling: access.scope.gradeCeiling)
        else { return nil }
        return AccessRequest(reader: access.reader, purpose: access.purpose, patient: access.patient, scope: scope)
    }

    /// Nil when the gate does not give it, for whatever reason.
    private static func entry(
        _ document: DocumentID, _ reader: RecordReader, _ access: AccessRequest
    ) async throws(RPCError) -> DocumentEntry? {
        do throws(AccessRefusal) {
            return try await reader.entry(access, document: document)
        } catch {
            guard case .denied = error else { throw error.rpcError }
            return nil
        }
    }

    private func certificates(of entries: [DocumentEntry]) async throws(RPCError) -> [String: QualityCertificate] {
        let numbers = Set(entries.compactMap(\.details.qualityCertificate))
        return try await Self.run { () async throws(RecordsError) in try await certificates.find(numbers) }
    }

    private static func caller(_ context: CallContext, _ roles: Set<PeerIdentity.Role>) throws(RPCError) -> PeerIdentity {
        let identity = try context.requireIdentity()
        guard roles.contains(identity.role) else {
            throw RPCError(.permissionDenied, reason: "ROLE_NOT_ALLOWED", "a node of this role may not call this method")
        }
        return identity
    }

    private static func domain<T>(_ body: () throws(DomainError) -> T) throws(RPCError) -> T {
        do throws(DomainError) { return try body() } catch { throw RPCError(invalid: error) }
    }

    private static func run<T>(_ body: () async throws(RecordsError) -> T) async throws(RPCError) -> T {
        do throws(RecordsError) { return try await body() } catch { throw error.rpcError }
    }
}
