internal import SampanCrypto
package import SampanDomain
internal import SampanStorage

/// The region's certificates of quality, by number (RE-08). They are no secret: what they say is printed on them.
package struct QualityCertificates: Sendable {
    /// Longest number, in bytes.
    package static let numberBytes = 64
    /// Kinds of results that are recognised.
    package static let kinds: Set<DocumentKind> = [.labReport, .imagingReport, .electrocardiogramReport]

    private let records: RecordsDatabase

    package init(_ records: RecordsDatabase) { self.records = records }

    /// Enters a certificate, or what has become of it since: the former says nothing any more. Durable when this returns; a replay changes
    /// nothing, also when the certificate was changed by another request meanwhile.
    /// - Parameter actor: whose request it is, for replays.
    /// - Returns: what the request entered.
    package func put(
        _ certificate: QualityCertificate, request: RequestID, by actor: InstitutionCode
    ) async throws(RecordsError) -> QualityCertificate {
        try RecordsError.domain { () throws(DomainError) in try Self.check(certificate) }
        let kinds = certificate.kinds.map(\.rawValue).sorted().joined(separator: " ")
        var body = FieldWriter("sampan quality certificate request 1")
        for text in [certificate.number, certificate.institution.text, kinds, certificate.level.rawValue, certificate.region.digits] {
            body.add(text)
        }
        body.add(certificate.from.nanoseconds)
        body.add(certificate.until.nanoseconds)
        let (name, digest) = (try records.names.request(actor, request), try records.names.digest(body.bytes))
        return try await records.database.write(RecordsError.self) { [records] tx in
            let before = try tx.first("SELECT digest FROM consent_requests WHERE name = ?", .blob(name)) { row in try row.blob(0) }
            if let before {
                // The body is the one of the first time, and so is the answer.
                guard ConstantTime.equal(before, digest) else { throw RecordsError.requestReused }
                return certificate
            }
            let now = records.clock.now()
            try tx.execute(
                """
                INSERT INTO quality_certificates (number, institution, kinds, level, region, valid_from, valid_until, entered_at)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (number) DO UPDATE SET institution = excluded.institution,
                    kinds = excluded.kinds, level = excluded.level, region = excluded.region, valid_from = excluded.valid_from,
                    valid_until = excluded.valid_until, entered_at = excluded.entered_at
                """, .text(certificate.number), .text(certificate.institution.text), .text(kinds), .text(certificate.level.rawValue),
                .text(certificate.region.digits), .integer(certificate.from.nanoseconds), .integer(certificate.until.nanoseconds),
                .integer(now.nanoseconds))
            try tx.execute(
                "INSERT INTO consent_requests (name, digest, outcome, at) VALUES (?, ?, ?, ?)", .blob(name), .blob(digest),
                .blob(Array(certificate.number.utf8)), .integer(now.nanoseconds))
            return certificate
        }
    }

    /// One page by number.
    /// - Parameters:
    ///   - institution: nil: of all.
    ///   - after: the number that the page before ended with; empty for the first.
    package func page(
        of institution: InstitutionCode? = nil, after: String = "", limit: Int
    ) async throws(RecordsError) -> [QualityCertificate] {
        try await records.database.read(RecordsError.self) { tx in
            guard let institution else {
                return try tx.rows(
                    "SELECT \(Self.columns) FROM quality_certificates WHERE number > ? ORDER BY number LIMIT ?", .text(after),
                    .integer(Int64(limit)), map: Self.read)
            }
            return try tx.rows(
                "SELECT \(Self.columns) FROM quality_certificates WHERE institution = ? AND number > ? ORDER BY number LIMIT ?",
                .text(institution.text), .text(after), .integer(Int64(limit)), map: Self.read)
        }
    }

    /// Those of the numbers that are known.
    package func find(_ numbers: Set<String>) async throws(RecordsError) -> [String: QualityCertificate] {
        guard !numbers.isEmpty else { return [:] }
        return try await records.database.read(RecordsError.self) { tx in
            var found: [String: QualityCertificate] = [:]
            for number in numbers where number.utf8.count <= Self.numberBytes {
                found[number] = try tx.first(
                    "SELECT \(Self.columns) FROM quality_certificates WHERE number = ?", .text(number), map: Self.read)
            }
            return found
        }
    }

    private static let columns = "number, institution, kinds, level, region, valid_from, valid_until"

    private static func check(_ certificate: QualityCertificate) throws(DomainError) {
        guard (1...numberBytes).contains(certificate.number.utf8.count),
            certificate.number.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw DomainError(field: "number", message: "is not 1 to \(numberBytes) bytes without control characters") }
        guard !certificate.kinds.isEmpty, certificate.kinds.isSubset(of: kinds) else {
            throw DomainError(
                field: "kinds", message: "must be one or more of \(kinds.map(\.rawValue).sorted().joined(separator: ", "))")
        }
        guard certificate.from < certificate.until else { throw DomainError(field: "valid_until", message: "is not after valid_from") }
    }

    private static func read(_ row: borrowing Row) throws -> QualityCertificate {
        let part = "a certificate of quality"
        let (number, institution, words) = (try row.text(0), try row.text(1), try row.text(2))
        let (word, region) = (try row.text(3), try row.text(4))
        guard let level = QualityCertificate.Level(rawValue: word) else { throw RecordsError.damaged(part) }
        let (from, until) = (UnixTime(nanoseconds: try row.int64(5)), UnixTime(nanoseconds: try row.int64(6)))
        return try RecordsError.stored(part) { () throws(DomainError) in
            var kinds: Set<DocumentKind> = []
            for word in words.split(separator: " ") { kinds.insert(try DocumentKind(name: String(word))) }
            return QualityCertificate(
                number: number, institution: try InstitutionCode(institution, scheme: .local), kinds: kinds, level: level,
                region: try RegionCode(region), from: from, until: until)
        }
    }
}
