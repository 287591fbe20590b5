package import SampanAPI
internal import SampanDomain
internal import SampanFerry
internal import SampanMesh
internal import SampanProtobuf
package import SampanRPC
internal import SampanRecords

extension DocumentDesk {
    package func storeDocument(
        _ requests: MessageStream<RecordsV1.StoreDocumentRequest>, context: CallContext
    ) async throws -> RecordsV1.StoreDocumentResponse {
        let pieces = DocumentPieces<RecordsV1.StoreDocumentRequest, RecordsV1.StoreDocumentHead>(requests) { request in
            switch request.part {
            case .head(let head): .head(head)
            case .content(let bytes): .content(bytes)
            case nil: nil
            }
        }
        let head = try await pieces.head()
        let named = try Self.domain { () throws(DomainError) in try EnterpriseID(head.enterpriseID) }
        let act = RecordAct(of: named, .write, .deny, reason: "", kind: try? DocumentKind(name: head.kind))
        let stored = try await audit.refusing(act, context) { () async throws(RPCError) in
            let owner = try context.requireStaffIdentity().institutionCode
            let request = try Self.domain { () throws(DomainError) in try RequestID(head.requestID) }
            guard let person = try await patients.person(of: named) else {
                throw RPCError(
                    .failedPrecondition, reason: "UNKNOWN_PERSON", "no person has this enterprise id; register the patient first")
            }
            let document = try Self.domain { () throws(DomainError) in try head.document(of: person, platform: platform) }
            let upload = try await Self.run { () async throws(RecordsError) in
                try await writer.store(document, owner: owner, request: request)
            }
            var act = act
            act.person = person
            return try await take(pieces, into: upload, document.details.standard, act, context)
        }
        return RecordsV1.StoreDocumentResponse(
            documentID: stored.document.text, version: stored.version, size: stored.size, sha256: stored.digest)
    }

    package func amendDocument(
        _ requests: MessageStream<RecordsV1.AmendDocumentRequest>, context: CallContext
    ) async throws -> RecordsV1.AmendDocumentResponse {
        let pieces = DocumentPieces<RecordsV1.AmendDocumentRequest, RecordsV1.AmendDocumentHead>(requests) { request in
            switch request.part {
            case .head(let head): .head(head)
            case .content(let bytes): .content(bytes)
            case nil: nil
            }
        }
        let head = try await pieces.head()
        let (person, document) = try Self.domain { () throws(DomainError) in
            (try EnterpriseID(head.enterpriseID), try DocumentID(head.documentID))
        }
        let act = RecordAct(of: person, .amend, .deny, reason: "", document: document)
        let stored = try await audit.refusing(act, context) { () async throws(RPCError) in
            let owner = try context.requireStaffIdentity().institutionCode
            let (request, custodian, label, details) = try Self.domain { () throws(DomainError) in
                guard let details = head.details else { throw DomainError(field: "details", message: "is missing") }
                return (
                    try RequestID(head.requestID), try InstitutionCode(custodian: head.custodianCode, platform: platform),
                    try head.label?.label, try details.details
                )
            }
            let upload = try await Self.run { () async throws(RecordsError) in
                try await writer.amend(
                    document, base: head.baseVersion, patient: person, custodian: custodian, label: label, details: details, owner: owner,
                    request: request)
            }
            return try await take(pieces, into: upload, details.standard, act, context)
        }
        return RecordsV1.AmendDocumentResponse(
            documentID: stored.document.text, version: stored.version, size: stored.size, sha256: stored.digest)
    }

    /// Takes the content and commits it, with the leaf before the version: there is none without.
    private func take<Request: Message, Head: Sendable>(
        _ pieces: DocumentPieces<Request, Head>, into upload: DocumentUpload, _ claim: String?, _ act: RecordAct, _ context: CallContext
    ) async throws(RPCError) -> StoredVersion {
        do throws(RPCError) {
            let standard = try Self.domain { () throws(DomainError) in try DocumentStandard(claimed: claim ?? "") }
            let content = standard.map { _ in workshop.content() }
            while let bytes = try await pieces.content() {
                try content?.append(bytes)
                try await Self.run { () async throws(RecordsError) in try await upload.append(bytes) }
            }
            if let standard, let content { try await workshop.work { () throws(RPCError) in try standard.check(content.bytes) } }
            return try await Self.gate { () async throws(AccessRefusal) in
                try await upload.finish { version in
                    var act = act
                    (act.decision, act.reason) = (.permit, version.isNew ? "owner" : "replayed")
                    (act.document, act.version) = (version.document, version.version)
                    try await audit.append(act, context)
                }
            }
        } catch {
            await upload.abandon()
            throw error
        }
    }
}
