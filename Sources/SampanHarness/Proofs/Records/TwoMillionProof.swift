internal import Foundation
internal import SampanAPI
internal import SampanRPC
internal import SampanTestSupport

/// `two-million`: a platform that knows two million people, and 13 hospitals that read each other's documents under consent (RE-01, RE-04).
///
/// Consent is given as patients give it: a code by way of the spool, for one clinician. A fetch goes over mutual TLS with a staff token,
/// through the gate, decryption and the audit log, to the last byte.
package struct TwoMillionProof: Proof {
    package static let name = "two-million"
    package static let promise =
        "2 million people, 13 hospitals: a consented 20 KB document is fetched with p99 ≤ 20 ms, at rest and at 500/s; start ≤ 2 s; ≤ 1 GiB resident"

    private static let hospitals = 13
    private static let documentBytes = 20_000
    /// MiB.
    private static let memoryLimit = 1_024

    private let isQuick: Bool
    private let seed: UInt64
    private let persons: Int
    private let patients: Int
    private let atRest: Int
    private let rate: Int
    private let seconds: Int

    package init(quick: Bool, seed: UInt64?) {
        isQuick = quick
        self.seed = seed ?? .random(in: 0...999_999)
        (persons, patients, atRest, rate, seconds) = quick ? (2_000, 26, 100, 50, 3) : (2_000_000, 1_300, 2_000, 500, 20)
    }

    /// A document that somebody may read.
    private struct Readable: Sendable {
        let document: String
        let patient: Int64
        let hospital: Int
        let doctor: String
    }

    package func run(programs: String) async throws -> Verdict {
        print("seed \(seed)")
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-\(Self.name)-\(UUID().uuidString)").path
        let region = try await RecordsRegion(directory: directory, programs: programs)
        do {
            let people = try await people(directory, programs)
            try await region.platform.start()
            try await region.enter(hospitals: Self.hospitals)
            let readable = try await fill(region, people)
            let verdict = try await measure(region, readable)
            await region.stop()
            try? FileManager.default.removeItem(atPath: directory)
            return verdict
        } catch {
            await region.stop()
            print("the region's folder is kept: \(directory)")
            throw error
        }
    }

    // MARK: The region

    /// Makes the people and loads them into the platform's index; returns the enterprise ids of some.
    private func people(_ directory: String, _ programs: String) async throws -> [Int64] {
        let begin = ContinuousClock.now
        _ = try await FinishedProgram.output(
            of: "/usr/bin/env",
            ["python3", "Scripts/generate-residents", "\(directory)/people", "--seed", "\(seed)", "--persons", "\(persons)"],
            timeout: .seconds(1_800))
        let made = ContinuousClock.now
        _ = try await FinishedProgram.output(
            of: "\(programs)/sampan",
            [
                "identity", "load", "--csv", "\(directory)/people/records.csv", "--out", "\(directory)/clusters.csv", "--db",
                "\(directory)/identity.db",
            ], timeout: .seconds(1_800))
        print("made in \(begin.duration(to: made).shown), loaded in \(made.duration(to: .now).shown)")
        let lines = String(decoding: try Data(contentsOf: URL(fileURLWithPath: "\(directory)/clusters.csv")), as: UTF8.self)
            .split(separator: "\n").dropFirst()
        let ids = Set(lines.compactMap { line in line.split(separator: ",").last.flatMap { Int64($0) } })
        print("\(ids.count) persons in \(lines.count) records; identity.db \(Self.mebibytes("\(directory)/identity.db")) MiB")
        var random = SeededRandom(seed: seed)
        return Array(ids.sorted().shuffled(using: &random).prefix(patients))
    }

    /// Two documents of each patient at one hospital, and consent for a doctor of another.
    private func fill(_ region: RecordsRegion, _ people: [Int64]) async throws -> [Readable] {
        let begin = ContinuousClock.now
        let hospitals = region.hospitals
        var readable: [Readable] = []
        for (index, patient) in people.enumerated() {
            let (owner, reader) = (hospitals[index % Self.hospitals], (index + 1) % Self.hospitals)
            // Nobody asks for more than sixty codes an hour.
            let doctor = "d\(index / Self.hospitals % RecordsRegion.doctors)"
            var documents: [String] = []
            for number in 0..<2 { documents.append(try await store(owner, patient, "\(index)-\(number)")) }
            try await consent(region, hospitals[reader], doctor, patient, "\(index)")
            readable += documents.map { Readable(document: $0, patient: patient, hospital: reader, doctor: doctor) }
        }
        print(
            "\(readable.count) documents of \(Self.documentBytes) bytes and \(people.count) consents in \(begin.duration(to: .now).shown); "
                + "records.db \(Self.mebibytes("\(region.directory)/records.db")) MiB, "
                + "audit.db \(Self.mebibytes("\(region.directory)/authority/audit.db")) MiB")
        return readable
    }

    private func store(_ hospital: RecordsRegion.Hospital, _ patient: Int64, _ name: String) async throws -> String {
        let head = RecordsV1.StoreDocumentHead(
            requestID: "store-\(name)", enterpriseID: patient, kind: "lab-report",
            occurredAt: GoogleProtobuf.Timestamp(seconds: 1_795_000_000),
            label: RecordsV1.SecurityLabel(dataClass: "care", grade: 3),
            details: RecordsV1.DocumentDetails(title: "血常规", authorID: "d0", mediaType: "application/octet-stream"))
        let content = [UInt8](repeating: UInt8(truncatingIfNeeded: patient), count: Self.documentBytes)
        return try await RecordsV1.DocumentServiceClient(hospital.channel).storeDocument(options: try hospital.options(staff: "d0")) {
            writer in
            try await writer.send(RecordsV1.StoreDocumentRequest(part: .head(head)))
            try await writer.send(RecordsV1.StoreDocumentRequest(part: .content(content)))
        }.documentID
    }

    private func consent(
        _ region: RecordsRegion, _ hospital: RecordsRegion.Hospital, _ doctor: String, _ patient: Int64, _ name: String
    ) async throws {
        let client = RecordsV1.ConsentServiceClient(hospital.channel)
        let options = try hospital.options(staff: doctor)
        let expiry = Int64(Date.now.timeIntervalSince1970) + 86_400
        let terms = RecordsV1.ConsentTerms(
            enterpriseID: patient, purpose: "treatment", kinds: ["lab-report"], gradeCeiling: 3,
            expiresAt: GoogleProtobuf.Timestamp(seconds: expiry))
        let asked = try await client.requestConsentCode(
            RecordsV1.RequestConsentCodeRequest(requestID: "ask-\(name)", terms: terms), options: options)
        guard let code = try region.codes()[patient] else { throw HarnessError("no code came into the spool") }
        _ = try await client.verifyConsentCode(
            RecordsV1.VerifyConsentCodeRequest(requestID: "verify-\(name)", codeID: asked.codeID, code: code), options: options)
    }

    // MARK: Figures

    private func measure(_ region: RecordsRegion, _ readable: [Readable]) async throws -> Verdict {
        let options = try Options(region)
        var times: [Duration] = []
        for index in 0..<atRest { times.append(try await fetch(region, readable[index * 7 % readable.count], options)) }
        let rest = Latencies(times)
        let loaded = Latencies(try await load(region, readable, options))
        guard let process = region.platform.processID else { throw HarnessError("the platform has gone") }
        let resident = try ProcessTable.peakKiB(process) / 1_024
        let start = try await restart(region)
        let denied = try await strangerIsRefused(region, readable[0], options)
        func shown(_ latencies: Latencies) -> String {
            "p50 \(latencies.percentile(50)?.shown ?? "-"), p99 \(latencies.percentile(99)?.shown ?? "-")"
        }
        let limit = Duration.milliseconds(20)
        let isFast = [rest, loaded].allSatisfy { ($0.percentile(99) ?? .seconds(1)) <= limit }
        return Verdict(
            isGood: denied && (isQuick || (isFast && start <= .seconds(2) && resident <= Self.memoryLimit)),
            figure:
                "fetch at rest \(shown(rest)); at \(rate)/s \(shown(loaded)); started in \(start.shown); at most \(resident) MiB resident; "
                + "another doctor of the hospital is \(denied ? "refused" : "LET IN")")
    }

    /// Staff tokens of every doctor: they last ten minutes, longer than a measurement.
    private struct Options: Sendable {
        private let byDoctor: [String: CallOptions]

        init(_ region: RecordsRegion) throws {
            var made: [String: CallOptions] = [:]
            for hospital in region.hospitals {
                for doctor in 0..<RecordsRegion.doctors {
                    made["\(hospital.institution)/d\(doctor)"] = try hospital.options(staff: "d\(doctor)")
                }
            }
            byDoctor = made
        }

        func of(_ hospital: RecordsRegion.Hospital, _ doctor: String) -> CallOptions {
            byDoctor["\(hospital.institution)/\(doctor)"] ?? .defaults
        }
    }

    /// Open loop: a fetch every `1/rate` s, whether or not earlier ones are done.
    private func load(_ region: RecordsRegion, _ readable: [Readable], _ options: Options) async throws -> [Duration] {
        let start = ContinuousClock.now
        return try await withThrowingTaskGroup(of: Duration.self) { tasks in
            for index in 0..<rate * seconds {
                try await Task.sleep(until: start + .nanoseconds(Int64(index) * 1_000_000_000 / Int64(rate)), clock: .continuous)
                let one = readable[index * 11 % readable.count]
                tasks.addTask { try await fetch(region, one, options) }
            }
            return try await tasks.reduce(into: []) { $0.append($1) }
        }
    }

    private func fetch(_ region: RecordsRegion, _ one: Readable, _ options: Options) async throws -> Duration {
        let begin = ContinuousClock.now
        let hospital = region.hospitals[one.hospital]
        let pieces = try await RecordsV1.DocumentServiceClient(hospital.channel).fetchDocument(
            Self.request(one), options: options.of(hospital, one.doctor))
        var bytes = 0
        while let piece = try await pieces.next() {
            if case .content(let content) = piece.part { bytes += content.count }
        }
        guard bytes == Self.documentBytes else { throw HarnessError("\(bytes) bytes came of \(Self.documentBytes)") }
        return begin.duration(to: .now)
    }

    private static func request(_ one: Readable) -> RecordsV1.FetchDocumentRequest {
        RecordsV1.FetchDocumentRequest(
            query: RecordsV1.RecordQuery(enterpriseID: one.patient, purpose: "treatment"), documentID: one.document)
    }

    /// Whether another doctor of the same hospital is refused (RE-04).
    private func strangerIsRefused(_ region: RecordsRegion, _ one: Readable, _ options: Options) async throws -> Bool {
        let hospital = region.hospitals[one.hospital]
        let other = one.doctor == "d0" ? "d1" : "d0"
        do throws(RPCError) {
            let pieces = try await RecordsV1.DocumentServiceClient(hospital.channel).fetchDocument(
                Self.request(one), options: options.of(hospital, other))
            while try await pieces.next() != nil {}
            return false
        } catch {
            return error.code == .permissionDenied
        }
    }

    /// From its start until it takes calls, with everything in its files.
    private func restart(_ region: RecordsRegion) async throws -> Duration {
        await region.platform.stop()
        let begin = ContinuousClock.now
        try await region.platform.start()
        return begin.duration(to: .now)
    }

    private static func mebibytes(_ path: String) -> Int64 {
        let sizes = [path, "\(path)-wal"].map { (try? FileManager.default.attributesOfItem(atPath: $0)[.size] as? Int64) ?? 0 }
        return sizes.reduce(0, +) / 1_048_576
    }
}
