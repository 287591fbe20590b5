import SampanClinicalDocument
import SampanDomain
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Synchronization
import Testing

@testable import SampanResearch

/// The desks of research over a real file, a source in memory, and time that a test sets.
final class ResearchBench: Sendable {
    /// 2026-11-27T00:00:00Z.
    static let start = UnixTime(nanoseconds: 1_795_737_600 * 1_000_000_000)
    static let day: Int64 = 86_400 * 1_000_000_000
    static let secret = [UInt8](repeating: 5, count: 32)

    let directory: TemporaryDirectory
    let time: Mutex<UnixTime>
    let source = HeldSource()
    private let held: Mutex<ResearchDatabase?>

    init() async throws {
        directory = try TemporaryDirectory()
        time = Mutex(Self.start)
        held = Mutex(nil)
        try await open()
    }

    /// Opens the file, again after `close`.
    func open(secret: [UInt8] = secret) async throws {
        let database = try await ResearchDatabase(path: path, secret: secret) { [self] in time.withLock { $0 } }
        held.withLock { $0 = database }
    }

    func close() async { await held.withLock { $0 }?.close() }

    var path: String { directory.file("research.db") }
    func advance(days: Int64) { time.withLock { $0 = $0.advanced(byNanoseconds: days * Self.day) } }

    var research: ResearchDatabase {
        get throws { try #require(held.withLock { $0 }) }
    }
    var catalogue: Catalogue { get throws { Catalogue(try research) } }
    var agreements: Agreements { get throws { Agreements(try research) } }
    var consents: ResearchConsents { get throws { ResearchConsents(try research) } }
    var projects: Projects { get throws { Projects(try research) } }
    var notes: AccessNotes { get throws { AccessNotes(try research) } }

    func export(_ request: ExportRequest, limit: Int = ResearchDesk.mostRows) async throws -> ResearchExport {
        try await ResearchDesk(research, rowLimit: limit).export(request, from: source)
    }

    /// Why an export is refused; nil where it is not.
    func refusal(_ request: ExportRequest) async throws -> ResearchRefusal? {
        do {
            _ = try await export(request)
            return nil
        } catch ResearchError.refused(let reason) {
            return reason
        }
    }

    // MARK: Values

    static func institution(_ number: Int = 1) throws -> InstitutionCode { try InstitutionCode("H\(number)", scheme: .local) }

    static func project(_ name: String = "stroke", of requester: Int = 9) throws -> ProjectID {
        try ProjectID(name, of: institution(requester))
    }

    static func dataset(
        _ level: OpenLevel, code: String = "labs", basis: String? = nil, kinds: Set<DocumentKind> = [.labReport], grade: Int = 3,
        least: Int? = nil
    ) throws -> Dataset {
        try Dataset(
            code: DatasetCode(code), title: "检验结果", part: .care, owner: institution(), kinds: kinds, gradeCeiling: grade, level: level,
            basis: basis ?? (level == .open ? "" : "个人信息保护法 第二十八条"), smallestClass: least)
    }

    static let terms =
        (try? DataUseAgreement.Terms(
            usage: "脑卒中复发的研究", conditions: "只在本院的计算机上", products: "一篇论文", confidentiality: "不得试图识别任何人", security: "加密存放，专人保管"))

    static func agreement(
        _ name: String = "A-1", project: ProjectID? = nil, datasets: [String] = ["labs"], kinds: Set<DocumentKind> = [.labReport],
        dataFrom: UnixTime = UnixTime(nanoseconds: .min), dataUntil: UnixTime = UnixTime(nanoseconds: .max),
        days: ClosedRange<Int64> = 0...365
    ) throws -> DataUseAgreement {
        try DataUseAgreement(
            name: name, project: project ?? Self.project(), datasets: Set(datasets.map { try DatasetCode($0) }), kinds: kinds,
            dataFrom: dataFrom, dataUntil: dataUntil, from: start.advanced(byNanoseconds: days.lowerBound * day),
            until: start.advanced(byNanoseconds: days.upperBound * day), terms: #require(terms))
    }

    static func request(
        _ agreement: String? = nil, project: ProjectID? = nil, dataset: String = "labs", kinds: Set<DocumentKind> = [.labReport],
        from: UnixTime = UnixTime(nanoseconds: .min), until: UnixTime = UnixTime(nanoseconds: .max)
    ) throws -> ExportRequest {
        try ExportRequest(
            project: project ?? Self.project(), staff: StaffID("R1"), dataset: DatasetCode(dataset), kinds: kinds, from: from, until: until,
            agreement: agreement)
    }

    static func opening(
        _ path: DatasetOpening.Path, _ level: OpenLevel = .conditional, name: String = "O-1", days: ClosedRange<Int64> = 0...30
    ) throws -> DatasetOpening {
        try DatasetOpening(
            name: name, dataset: DatasetCode("labs"), path: path, level: level, basis: "卫健委 2026-11 号决定",
            from: start.advanced(byNanoseconds: days.lowerBound * day), until: start.advanced(byNanoseconds: days.upperBound * day))
    }

    /// A laboratory report of one haemoglobin.
    static func report(_ number: Int, value: String = "132", at time: UnixTime = start, grade: Int = 3) throws -> ResearchDocument {
        var statement = ClinicalStatement(kind: .result)
        statement.code = CodedConcept(codings: [Coding(system: CodeSystemName.loinc, code: "718-7", display: "Hemoglobin")])
        statement.value = .quantity(
            try ClinicalQuantity(value: value, unit: "g/L", system: CodeSystemName.ucum, code: "g/L"))
        statement.status = "final"
        statement.timing = .moment(try ClinicalTime(hl7: BusinessDay(time).compact))
        var content = ClinicalDocument(format: .wst500("C0007"))
        content.statements = [statement]
        return ResearchDocument(
            number: Array("document \(number)".utf8), kind: .labReport, occurredAt: time, label: try SecurityLabel(.care, grade: grade),
            content: content)
    }

    /// So many women of one band and city, each with a report.
    func fill(_ count: Int, first: Int64 = 1, birth: String = "19800101", region: String = "370703") throws {
        for number in first..<first + Int64(count) {
            source.add(
                ResearchSubject(
                    person: try EnterpriseID(number), birth: try BirthDate(birth), sex: .female, region: region),
                [try Self.report(Int(number))])
        }
    }
}

/// Documents in memory.
final class HeldSource: ResearchSource {
    private struct Broken: Error {}

    private struct State {
        var subjects: [ResearchSubject] = []
        var documents: [EnterpriseID: [ResearchDocument]] = [:]
        var isBroken = false
        var onAsked: (@Sendable () async throws -> Void)?
    }

    private let state = Mutex(State())

    func add(_ subject: ResearchSubject, _ documents: [ResearchDocument]) {
        state.withLock { state in
            state.subjects.append(subject)
            state.documents[subject.person, default: []] += documents
        }
    }

    func clear() { state.withLock { $0 = State() } }
    func breakDown() { state.withLock { $0.isBroken = true } }
    /// What happens while documents are read.
    func whenAsked(_ body: @escaping @Sendable () async throws -> Void) { state.withLock { $0.onAsked = body } }

    func subjects(of dataset: Dataset) async throws -> [ResearchSubject] {
        let (subjects, isBroken, onAsked) = state.withLock { ($0.subjects, $0.isBroken, $0.onAsked) }
        if isBroken { throw Broken() }
        try await onAsked?()
        return subjects
    }

    func documents(of person: EnterpriseID, kinds: Set<DocumentKind>, from: UnixTime, until: UnixTime) async throws -> [ResearchDocument] {
        // All of them: what was not asked for is left out behind.
        state.withLock { $0.documents[person] ?? [] }
    }
}
