import ArgumentParser
import Foundation
import SampanDomain
import SampanIdentity
import SampanNode
import SampanServices

struct IdentityLoad: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load",
        abstract: "Match a file of registrations, and fill a patient index with them.",
        discussion: """
            Reads CSV (UTF-8, also gzip) with the columns rec_id, org_code, local_pid, name, sex, birth_date, id_type, id_no,
            phone, address, guardian_name, guardian_id; others are skipped. Writes rec_id,enterprise_id for every row. Rows that cannot be
            used are counted and named by their line, never by what is in them.

            EXAMPLES
              sampan identity load --csv records.csv.gz --out clusters.csv
              sampan identity load --csv records.csv --out clusters.csv --db identity.db --secret identity.secret
              sampan identity load --csv records.csv.gz --out clusters.csv --reviews reviews.csv --json

            Exit code: 0 all rows were taken, 1 some could not be used, 64 wrong usage, 65 the file is not what it should be, 66 it is
            missing, 73 something could not be written.
            """)

    @Option(help: "The file of registrations, .csv or .csv.gz.")
    var csv: String
    @Option(help: "Where rec_id,enterprise_id goes (CSV, 0600).")
    var out: String
    @Option(help: "Fill this index (SQLite), which must be new or empty.")
    var db: String?
    @Option(help: "The index's secret: a file of 32 bytes, 0600; made when it is missing. (default: the index's path and .secret)")
    var secret: String?
    @Option(help: "Also write the pairs for people to look at: rec_id,other_rec_id,weight,reason (CSV, 0600).")
    var reviews: String?
    @Option(help: "Threads. (default: one for each core)")
    var threads: Int?
    @Flag(help: "Print a JSON object in place of text.")
    var json = false

    func validate() throws {
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads is 1 to 256.") }
        if secret != nil, db == nil { throw ValidationError("--secret goes with --db.") }
    }

    func run() async throws {
        let lanes = threads ?? ProcessInfo.processInfo.activeProcessorCount
        let start = ContinuousClock.now
        let meter = ProgressMeter(isShown: !json)
        meter.show("reading")
        let table = try await ResidentFile.read(csv, lanes: lanes)
        meter.show("\(table.count) rows")
        let people = await ResidentFeatures.read(table, lanes: lanes)
        let outcome = await BatchMatcher(lanes: lanes) { step, percent in meter.show("\(step) \(percent) %") }.match(people)
        let matched = start.duration(to: .now)
        let report = LoadReport(table, outcome, matched: matched)
        meter.show("writing")
        try OutputFile.write(report.clusters(table, outcome), to: out)
        if let reviews { try OutputFile.write(report.reviewList(table, outcome), to: reviews) }
        var written: Duration?
        if let db {
            let begun = ContinuousClock.now
            try await fill(db, table, outcome, lanes, meter)
            written = begun.duration(to: .now)
        }
        meter.clear()
        for fault in table.faults.prefix(20) { StandardError.line("line \(fault.line): \(fault.problem)") }
        if table.faults.count > 20 { StandardError.line("and \(table.faults.count - 20) more rows that cannot be used") }
        StandardOutput.line(try report.text(json: json, written: written))
        if !table.faults.isEmpty { throw ExitCode(1) }
    }

    private func fill(_ path: String, _ table: ResidentTable, _ outcome: BatchMatcher.Outcome, _ lanes: Int, _ meter: ProgressMeter)
        async throws
    {
        do {
            let key = try SecretFile.read(secret ?? "\(path).secret")
            let index = try await PatientIndexFile.open(path: path, secret: key, now: WallClock.now)
            try await index.fill(
                count: table.count, outcome: outcome, row: { table.bulkRow($0) }, actor: "sampan identity load", lanes: lanes
            ) { meter.show("index \($0 * 100 / max(table.count, 1)) %") }
            await index.close()
        } catch let error as ExitCode {
            throw error
        } catch {
            meter.clear()
            StandardError.line("Error: \(CertificateDescription.printable(path)): \(CertificateDescription.printable("\(error)"))")
            throw ExitCode(73)
        }
    }
}
