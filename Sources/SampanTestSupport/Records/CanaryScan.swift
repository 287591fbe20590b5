internal import Foundation
internal import SampanCrypto
internal import SampanDomain
internal import SampanRecords
package import SampanStorage

/// Plants words that name a patient wherever records take text, and looks for them in every byte of every file (RE-02).
package struct CanaryScan: Sendable {
    /// What must not be found, by what it is.
    package static let words: [(kind: String, word: String)] = [
        ("name", "欧阳菊香"), ("identity number", "370702195603128812"), ("phone", "13976543218"), ("diagnosis", "慢性乙型病毒性肝炎"),
        ("title", "乙肝病毒载量检验报告"), ("address", "潍城区向阳路九十七号"), ("latin", "Ouyang Juxiang"),
    ]

    package struct Finding: Sendable, Hashable {
        package let kind: String
        package let file: String
    }

    package struct Outcome: Sendable {
        package var files = 0
        package var bytes = 0
        package var findings: Set<Finding> = []
    }

    /// Stores `documents` documents that are full of the words, with everything beside them that takes text: titles, request ids,
    /// statements, codes, grants, readings, notices that wait, an amendment, an upload that is never finished, and both rotations.
    /// Returns what only now is known and must not be found either: the digits of codes, digests of contents, the patient's number.
    package static func plant(_ fixture: RecordsFixture, documents: Int) async throws -> [(kind: String, bytes: [UInt8])] {
        let patient: Int64 = 8_800_123_456_789
        let text = words.map(\.word).joined(separator: "，")
        var extra: [(kind: String, bytes: [UInt8])] = []
        let journal = AccessJournal(fixture.records)
        let reader = RecordReader(fixture.records, audit: journal)
        for number in 0..<documents {
            // One in eight is longer than a batch of chunks.
            let content = Array(String(repeating: "\(number) \(text)\n", count: number % 8 == 7 ? 8_000 : 20).utf8)
            let stored = try await fixture.store(
                content, patient: patient, kind: DocumentKind.allCases[number % DocumentKind.allCases.count], owner: number % 3 + 1,
                grade: number % 4 + 1,
                title: words[4].word, request: "Ouyang-Juxiang-13976543218-\(number)")
            extra.append(("digest of a content", stored.digest))
            let request = AccessRequest(
                reader: .resident(try EnterpriseID(patient)), purpose: .patientRequest, patient: try EnterpriseID(patient),
                scope: try RecordsFixture.everything())
            _ = try await reader.entry(request, document: stored.document)
        }
        try await unfinished(fixture, patient, text)
        let digits = try await consents(fixture, patient, text)
        extra.append(("digits of a code", Array(digits.utf8)))
        extra.append(("number of the patient", Array(String(patient).utf8)))
        extra.append(("number of the patient", (0..<8).reversed().map { UInt8(truncatingIfNeeded: patient >> (8 * $0)) }))
        let rotation = KeyRotation(fixture.records)
        for owner in 1...3 { try await rotation.replaceKey(of: RecordsFixture.institution(owner)) }
        try await rotation.run()
        return extra
    }

    private static func unfinished(_ fixture: RecordsFixture, _ patient: Int64, _ text: String) async throws {
        let document = NewDocument(
            patient: try EnterpriseID(patient), kind: .labReport, occurredAt: RecordsFixture.start,
            custodian: try RecordsFixture.institution(1),
            label: try SecurityLabel(.care, grade: 3),
            details: try DocumentDetails(title: words[4].word, author: StaffID("D1"), mediaType: "text/plain"))
        let upload = try await fixture.writer.store(document, owner: RecordsFixture.institution(1), request: RequestID("unfinished"))
        try await upload.append(Array(String(repeating: text, count: 12_000).utf8))
    }

    private static func consents(_ fixture: RecordsFixture, _ patient: Int64, _ text: String) async throws -> String {
        try await fixture.grant(patient: patient, institution: 7, request: "grant-Ouyang")
        let terms = try ConsentTerms(
            patient: EnterpriseID(patient), grantee: Grantee(institution: RecordsFixture.institution(7), staff: StaffID("D9")),
            purpose: .treatment,
            scope: RecordsFixture.everything(), until: fixture.time.now.advanced(byNanoseconds: 3_600_000_000_000))
        _ = try await fixture.desk.requestCode(terms, request: RequestID("code-Ouyang"), by: fixture.notices)
        _ = try await fixture.desk.openEmergency(
            patient: EnterpriseID(patient), institution: RecordsFixture.institution(7), staff: StaffID("D7"), role: .clinician,
            cause: .unconscious, statement: text, request: RequestID("emergency-Ouyang"))
        return fixture.notices.latestDigits
    }

    /// The control: the same words in a database of the same kind, without sealing. A scan that does not find them here is none.
    package static func plantInTheClear(path: String) async throws -> SQLiteDatabase {
        let schema = Schema(
            name: "canary", migrations: [Migration("words", "CREATE TABLE words (id INTEGER PRIMARY KEY, word BLOB NOT NULL)")])
        let database = try SQLiteDatabase(path: path, schema: schema)
        for (_, word) in words {
            try await database.write { transaction in
                try transaction.execute("INSERT INTO words (word) VALUES (?)", .blob(Array("before \(word) after".utf8)))
            }
        }
        return database
    }

    /// Looks into every file of a directory, in UTF-8 and in UTF-16 of both orders.
    package static func scan(_ directory: String, extra: [(kind: String, bytes: [UInt8])] = []) throws -> Outcome {
        var outcome = Outcome()
        let needles =
            words.flatMap { kind, word in
                let wide = Array(word.utf16)
                return [
                    (kind, Array(word.utf8)), (kind, wide.flatMap { [UInt8($0 & 255), UInt8($0 >> 8)] }),
                    (kind, wide.flatMap { [UInt8($0 >> 8), UInt8($0 & 255)] }),
                ]
            } + extra.map { ($0.kind, $0.bytes) }
        for name in try FileManager.default.contentsOfDirectory(atPath: directory).sorted() {
            let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(directory)/\(name)"))
            outcome.files += 1
            outcome.bytes += bytes.count
            for (kind, needle) in needles where bytes.range(of: Data(needle)) != nil {
                outcome.findings.insert(Finding(kind: kind, file: name))
            }
        }
        return outcome
    }
}
