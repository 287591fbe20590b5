internal import SampanDomain
package import SampanRecords

/// Every entry of the gate × who × purpose × state of consent × kind × grade, against an oracle that shares no line with the gate
/// (RE-05, RE-19): 336,000 cells. A cell is wrong when it gives a byte that the oracle does not allow, and when it gives none that the
/// oracle allows.
package struct ConsentMatrix: Sendable {
    /// What the patient, and the clinician, have done. Each stands for a patient of its own.
    package enum Consent: String, Sendable, CaseIterable {
        case none, clinician, institution, otherClinician, otherInstitution, otherPurpose, revoked, expired, oneKind, otherTimes,
            lowCeiling, emergency,
            emergencyOver, emergencyOfOther, ownDocument
    }

    /// Who asks: all roles of hospital 7 as staff D7, the patient in person, and another person.
    package enum Who: Sendable, Hashable {
        case staff(ReaderRole)
        case patient, stranger

        package static var all: [Who] { ReaderRole.allCases.map(Who.staff) + [.patient, .stranger] }
    }

    package struct Outcome: Sendable {
        package var cells = 0
        package var allowed = 0
        package var bytes = 0
        /// Cells that gave what they must not.
        package var leaks = 0
        /// Cells that gave nothing where the oracle allows.
        package var gaps = 0
        /// Decisions without a leaf.
        package var unwritten = 0
        package var firstWrong: String?
    }

    private static let reader = 7
    private static let owner = 1

    private let fixture: RecordsFixture
    private var documents: [Consent: [Cell]] = [:]

    private struct Cell: Sendable {
        let kind: DocumentKind
        let grade: Int
        let document: DocumentID
    }

    /// Stores a document of every kind and grade for each state of consent, and brings the consents about.
    package init(_ fixture: RecordsFixture) async throws {
        self.fixture = fixture
        for (index, consent) in Consent.allCases.enumerated() {
            let patient = Int64(index + 1)
            documents[consent] = try await Self.store(fixture, patient, owner: consent == .ownDocument ? Self.reader : Self.owner)
            try await Self.bringAbout(consent, patient, fixture)
        }
        // Past what ended by itself, before what lasts: grants last two days here, and those that are to expire an hour.
        fixture.time.advance(seconds: 3_700)
        let access = Int64(Consent.allCases.firstIndex(of: .emergency) ?? 0) + 1
        _ = try await fixture.desk.openEmergency(
            patient: EnterpriseID(access), institution: RecordsFixture.institution(Self.reader), staff: StaffID("D7"), role: .clinician,
            cause: .unconscious, statement: "昏迷送入抢救室", request: RequestID("matrix-emergency"))
    }

    /// Plays cells. All of the timeline's always; of the other entries each with the given chance in a thousand.
    package func play(share: Int, random: inout some RandomNumberGenerator, progress: (Int) -> Void = { _ in }) async throws -> Outcome {
        var outcome = Outcome()
        for consent in Consent.allCases {
            for who in Who.all {
                for purpose in PurposeOfUse.allCases {
                    try await timeline(consent, who, purpose, &outcome)
                    for cell in documents[consent] ?? [] {
                        for entry in [AccessEvent.Entry.entry, .versions, .content] where Int.random(in: 0..<1_000, using: &random) < share
                        {
                            try await single(entry, consent, who, purpose, cell, &outcome)
                        }
                    }
                }
            }
            progress(outcome.cells)
        }
        return outcome
    }
}

extension ConsentMatrix {
    private static func store(_ fixture: RecordsFixture, _ patient: Int64, owner: Int) async throws -> [Cell] {
        var cells: [Cell] = []
        for kind in DocumentKind.allCases {
            for grade in 1...5 {
                let stored = try await fixture.store(
                    Array("content of \(patient) \(kind.rawValue) \(grade)".utf8), patient: patient, kind: kind, owner: owner, grade: grade,
                    request: "matrix-\(patient)-\(kind.rawValue)-\(grade)")
                cells.append(Cell(kind: kind, grade: grade, document: stored.document))
            }
        }
        return cells
    }

    private static func bringAbout(_ consent: Consent, _ patient: Int64, _ fixture: RecordsFixture) async throws {
        let days: Int64 = 172_800
        func grant(
            _ institution: Int = reader, _ staff: String? = "D7", _ purpose: PurposeOfUse = .treatment, _ scope: RecordScope? = nil,
            seconds: Int64 = days
        ) async throws -> ConsentGrant {
            try await fixture.grant(
                patient: patient, institution: institution, staff: staff, purpose: purpose, scope: scope, seconds: seconds,
                request: "matrix-grant-\(patient)")
        }
        switch consent {
        case .none, .ownDocument, .emergency: break
        case .clinician: _ = try await grant()
        case .institution: _ = try await grant(reader, nil)
        case .otherClinician: _ = try await grant(reader, "D8")
        case .otherInstitution: _ = try await grant(8, "D7")
        case .otherPurpose: _ = try await grant(reader, "D7", .consultation)
        case .revoked: _ = try await fixture.desk.revoke(try await grant().id, of: EnterpriseID(patient))
        case .expired: _ = try await grant(seconds: 3_600)
        case .oneKind: _ = try await grant(reader, "D7", .treatment, try RecordsFixture.everything([.labReport]))
        case .otherTimes:
            let after = RecordsFixture.start.advanced(byNanoseconds: 1)
            _ = try await grant(
                reader, "D7", .treatment,
                try RecordScope(
                    kinds: Set(DocumentKind.allCases), from: after, until: after.advanced(byNanoseconds: 1_000_000_000), gradeCeiling: 5))
        case .lowCeiling: _ = try await grant(reader, "D7", .treatment, try RecordsFixture.everything(ceiling: 2))
        case .emergencyOver:
            _ = try await emergency(patient, "D7", fixture)
            // Two hours on: nothing else of the matrix ends by that but this.
            fixture.time.advance(seconds: 7_200)
        case .emergencyOfOther: _ = try await emergency(patient, "D8", fixture)
        }
    }

    private static func emergency(_ patient: Int64, _ staff: String, _ fixture: RecordsFixture) async throws -> EmergencyAccess {
        try await fixture.desk.openEmergency(
            patient: EnterpriseID(patient), institution: RecordsFixture.institution(reader), staff: StaffID(staff), role: .clinician,
            cause: .unreachable, statement: "无法联系本人及家属", request: RequestID("matrix-emergency-\(patient)"))
    }

    private func request(_ consent: Consent, _ who: Who, _ purpose: PurposeOfUse) throws -> AccessRequest {
        let patient = try EnterpriseID(Int64(Consent.allCases.firstIndex(of: consent) ?? 0) + 1)
        let reader: AccessRequest.Reader
        switch who {
        case .staff(let role): reader = .staff(try RecordsFixture.institution(Self.reader), try StaffID("D7"), role)
        case .patient: reader = .resident(patient)
        case .stranger: reader = .resident(try EnterpriseID(1_000))
        }
        return AccessRequest(reader: reader, purpose: purpose, patient: patient, scope: try RecordsFixture.everything())
    }

    private func timeline(_ consent: Consent, _ who: Who, _ purpose: PurposeOfUse, _ outcome: inout Outcome) async throws {
        let request = try request(consent, who, purpose)
        fixture.audit.clear()
        let page: TimelinePage?
        do throws(AccessRefusal) {
            page = try await fixture.reader.timeline(request, limit: 100)
        } catch {
            guard case .denied = error else { throw error }
            page = nil
        }
        if fixture.audit.all.isEmpty { outcome.unwritten += 1 }
        let shown = Set((page?.entries ?? []).map(\.document))
        for cell in documents[consent] ?? [] {
            judge(shown.contains(cell.document), bytes: 0, consent, who, purpose, cell, "timeline", &outcome)
        }
    }

    private func single(
        _ entry: AccessEvent.Entry, _ consent: Consent, _ who: Who, _ purpose: PurposeOfUse, _ cell: Cell, _ outcome: inout Outcome
    ) async throws {
        let request = try request(consent, who, purpose)
        fixture.audit.clear()
        var isGiven = false
        var bytes = 0
        do throws(AccessRefusal) {
            switch entry {
            case .timeline: break
            case .entry: isGiven = try await fixture.reader.entry(request, document: cell.document).document == cell.document
            case .versions: isGiven = !(try await fixture.reader.versions(request, document: cell.document)).isEmpty
            case .content:
                let stream = try await fixture.reader.open(request, document: cell.document)
                while let chunk = try await stream.next() { bytes += chunk.count }
                isGiven = bytes > 0
            }
        } catch {
            guard case .denied = error else { throw error }
        }
        if fixture.audit.all.isEmpty { outcome.unwritten += 1 }
        judge(isGiven, bytes: bytes, consent, who, purpose, cell, entry.rawValue, &outcome)
    }

    private func judge(
        _ isGiven: Bool, bytes: Int, _ consent: Consent, _ who: Who, _ purpose: PurposeOfUse, _ cell: Cell, _ entry: String,
        _ outcome: inout Outcome
    ) {
        let isRight = ConsentOracle.allows(
            consent.rawValue, who: Self.word(who), purpose: purpose.rawValue, kind: cell.kind.rawValue, grade: cell.grade)
        outcome.cells += 1
        outcome.allowed += isRight ? 1 : 0
        outcome.bytes += bytes
        guard isGiven != isRight else { return }
        if isGiven { outcome.leaks += 1 } else { outcome.gaps += 1 }
        if outcome.firstWrong == nil {
            outcome.firstWrong =
                "\(entry): \(Self.word(who)) for \(purpose.rawValue), \(consent.rawValue), \(cell.kind.rawValue) of grade \(cell.grade)"
        }
    }

    private static func word(_ who: Who) -> String {
        switch who {
        case .staff(let role): role.rawValue
        case .patient: "patient"
        case .stranger: "stranger"
        }
    }
}
