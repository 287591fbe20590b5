internal import Foundation
internal import Glibc
internal import SampanProcess
internal import SampanTestSupport

/// The usual alternative to a ferry: a queue in PostgreSQL, whose workers claim rows with a lock (`SELECT … FOR UPDATE SKIP LOCKED`).
///
/// Bare: no RPC, no certificates, one database instead of two with a gap between; a row is claimed, its receipt written and its outcome
/// noted in one transaction. Database and load generator (`pgbench`) are Debian's; it runs over a scratch folder, without a network.
struct PostgresQueue: Sendable {
    struct Figures: Sendable {
        let requestsPerSecond: Int
        let p50Milliseconds: Double
        let p99Milliseconds: Double
        /// Processor time of the database for one request.
        let microseconds: Int
    }

    /// Callers that submit at the same time where no rate is given: each is a connection, and so a process.
    private static let callers = 128
    private let programs: String
    private let directory: String
    private let user: [String]
    private let server: ChildProcess

    /// Nil where PostgreSQL is not installed.
    static func start() async throws -> PostgresQueue? {
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: "/usr/lib/postgresql")) ?? []
        guard let version = versions.compactMap({ Int($0) }).max(),
            FileManager.default.isExecutableFile(atPath: "/usr/lib/postgresql/\(version)/bin/pgbench")
        else { return nil }
        let programs = "/usr/lib/postgresql/\(version)/bin"
        let directory = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-queue-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
        // The database refuses to run as root.
        let isRoot = getuid() == 0
        let user = ["/usr/bin/env"] + (isRoot ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--clear-groups"] : [])
        if isRoot { _ = try await output(["/usr/bin/env", "chown", "postgres:postgres", directory]) }
        _ = try await output(user + ["\(programs)/initdb", "-D", "\(directory)/data", "-A", "trust", "-U", "queue", "--no-sync"])
        let command =
            user + [
                "\(programs)/postgres", "-D", "\(directory)/data", "-k", directory, "-c", "listen_addresses=", "-c", "max_connections=200",
            ]
        let log = FileManager.default.temporaryDirectory.appendingPathComponent("sampan-queue-\(UUID().uuidString).log").path
        let server = try ChildProcess(
            program: command[0], arguments: Array(command.dropFirst()), output: .file(log), errors: .file(log))
        LivingProcesses.add(server.number)
        let queue = PostgresQueue(programs: programs, directory: directory, user: user, server: server)
        try await Waiting.value("PostgreSQL") {
            let ready = try await FinishedProgram.run("\(programs)/pg_isready", ["-h", directory, "-U", "queue"], timeout: .seconds(10))
            return ready.status == 0 ? () : nil
        }
        try? FileManager.default.removeItem(atPath: log)
        _ = try await queue.sql(schema)
        return queue
    }

    func stop() async {
        // Fast: what is under way is rolled back.
        server.signal(SIGINT)
        _ = await server.waitForEnd()
        LivingProcesses.remove(server.number)
        try? FileManager.default.removeItem(atPath: directory)
    }

    /// - Parameter rate: requests a second, whether or not earlier ones are done; nil for as many as there can be.
    func measure(workers: Int, batch: Int, rate: Int?, seconds: Int) async throws -> Figures {
        _ = try await sql("TRUNCATE requests, receipts RESTART IDENTITY")
        let (submit, claim) = ("\(directory)/submit.sql", "\(directory)/claim.sql")
        try Data("INSERT INTO requests (payload) VALUES (repeat('x', 250));\n".utf8).write(to: URL(fileURLWithPath: submit))
        try Data(Self.claim(batch).utf8).write(to: URL(fileURLWithPath: claim))
        let before = processorSeconds
        async let working = bench(["-f", claim, "-c", "\(workers)", "-j", "1", "-T", "\(seconds + 1)"])
        let load = rate.map { ["-c", "32", "-R", "\($0)"] } ?? ["-c", "\(Self.callers)"]
        try await bench(["-f", submit, "-j", "1", "-T", "\(seconds)"] + load)
        try await working
        let spent = processorSeconds - before
        let line = try await sql(
            """
            SELECT count(*), COALESCE(extract(epoch FROM max(finished_at) - min(submitted_at)), 1),
                COALESCE(1000 * percentile_disc(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - submitted_at)), 0),
                COALESCE(1000 * percentile_disc(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM finished_at - submitted_at)), 0)
            FROM requests WHERE state = 1
            """)
        let numbers = line.split(whereSeparator: { $0 == "|" || $0.isWhitespace }).compactMap { Double($0) }
        guard numbers.count == 4, numbers[0] > 0 else { throw HarnessError("the queue finished nothing: \(line)") }
        return Figures(
            requestsPerSecond: Int(numbers[0] / numbers[1]), p50Milliseconds: (numbers[2] * 100).rounded() / 100,
            p99Milliseconds: (numbers[3] * 100).rounded() / 100, microseconds: Int(spent / numbers[0] * 1e6))
    }

    /// Of the server and all that served connections, also of those that have ended.
    private var processorSeconds: Double {
        ProcessStat.treeCPUSeconds(server.number) + (ProcessStat(of: server.number)?.endedChildrenCPUSeconds ?? 0)
    }

    private static let schema = """
        CREATE TABLE requests (
            seq BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY, payload TEXT NOT NULL, state SMALLINT NOT NULL DEFAULT 0,
            receipt TEXT, submitted_at TIMESTAMPTZ NOT NULL DEFAULT clock_timestamp(), finished_at TIMESTAMPTZ);
        CREATE INDEX requests_open ON requests (seq) WHERE state = 0;
        CREATE TABLE receipts (seq BIGINT PRIMARY KEY, receipt TEXT NOT NULL, posted_at TIMESTAMPTZ NOT NULL)
        """

    /// A worker that finds nothing looks again after a millisecond.
    private static func claim(_ batch: Int) -> String {
        """
        WITH taken AS (SELECT seq FROM requests WHERE state = 0 ORDER BY seq LIMIT \(batch) FOR UPDATE SKIP LOCKED), \
        posted AS (INSERT INTO receipts SELECT seq, 'H' || seq, clock_timestamp() FROM taken RETURNING seq, receipt), \
        done AS (UPDATE requests r SET state = 1, receipt = p.receipt, finished_at = clock_timestamp() FROM posted p \
        WHERE r.seq = p.seq RETURNING 1) SELECT count(*) AS n FROM done \\gset
        \\if :n = 0
        \\sleep 1 ms
        \\endif

        """
    }

    private func bench(_ arguments: [String]) async throws {
        _ = try await Self.output(
            ["\(programs)/pgbench", "-n", "-h", directory, "-U", "queue", "-M", "prepared"] + arguments + ["postgres"])
    }

    private func sql(_ text: String) async throws -> String {
        try await Self.output([
            "\(programs)/psql", "-h", directory, "-U", "queue", "-d", "postgres", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", text,
        ])
    }

    private static func output(_ command: [String]) async throws -> String {
        try await FinishedProgram.output(of: command[0], Array(command.dropFirst()), timeout: .seconds(300))
    }
}
