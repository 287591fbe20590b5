internal import Foundation
internal import SampanMesh
internal import SampanTransport

/// A hospital's program on stock grpcio, as `MeshCaller` is one on our own stack: a Python process.
struct ForeignMeshCaller: Sendable {
    /// What it has counted when it has ended.
    struct Report: Codable, Sendable {
        let calls: Int
        /// How often each error was seen, by `CODE: message`.
        let failures: [String: Int]
        let longestMilliseconds: Double

        var failed: Int { failures.values.reduce(0, +) }
    }

    /// Names a Python with grpcio.
    static let interpreterVariable = "SAMPAN_PYTHON"

    private let process: ManagedProcess
    private let reportFile: String

    /// Nothing is started yet.
    init(_ region: MeshRegion, institution: String, targets: [String], callers: Int, pause: Duration) async throws {
        guard let python = ProcessInfo.processInfo.environment[Self.interpreterVariable] else {
            throw HarnessError("\(Self.interpreterVariable) names no Python with grpcio: run this by Scripts/prove")
        }
        let folder = try await region.program("pacs", of: institution)
        let script = "\(region.directory)/mesh_caller.py"
        try Data(PackageResources.mesh_caller_py).write(to: URL(fileURLWithPath: script))
        reportFile = "\(folder.path)-report.json"
        let addresses = region.nodes(of: institution).map { "\($0.address.host):\($0.address.port)" }
        process = ManagedProcess(
            name: "grpcio of \(institution)", program: python,
            arguments: [
                script, "ipv4:\(addresses.joined(separator: ","))", folder.trustFile, folder.identityFile, MeshCaller.serviceConfig,
                reportFile, "\(callers)", "\(pause.milliseconds / 1_000)",
            ] + targets, logFile: "\(folder.path).log")
    }

    /// Returns when a first call has been answered.
    func start() async throws { try await process.start() }

    func stop() async throws -> Report {
        let code = await process.stop()
        guard code == 0, let report = FileManager.default.contents(atPath: reportFile) else {
            throw HarnessError("\(process.name) ended with \(code.map { "\($0)" } ?? "nothing")")
        }
        return try JSONDecoder().decode(Report.self, from: report)
    }
}
