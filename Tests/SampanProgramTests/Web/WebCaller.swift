import Foundation
import SampanTestSupport
import StoreTestSupport

/// curl as a caller of a region's node, with the admin's certificate, over HTTP/2.
struct WebCaller {
    struct Answer {
        let status: Int
        let head: String
        let body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    let region: TestRegion
    private let folder: TemporaryDirectory

    init(_ region: TestRegion) throws {
        self.region = region
        folder = try TemporaryDirectory()
    }

    /// One request; `headers` as curl's -H takes them.
    func call(
        _ path: String, _ body: [UInt8] = [], type: String? = "application/json", headers: [String] = [], method: String = "POST"
    ) async throws -> Answer {
        let name = UUID().uuidString
        let (input, output, head) = (folder.file("\(name)-in"), folder.file("\(name)-out"), folder.file("\(name)-head"))
        try Data(body).write(to: URL(fileURLWithPath: input))
        var arguments = [
            "--silent", "--show-error", "--http2", "--insecure", "--max-time", "250", "--cert", "\(region.identity)/identity.pem",
            "--request",
            method, "--data-binary", "@\(input)", "--output", output, "--dump-header", head, "--write-out", "%{http_version} %{http_code}",
        ]
        arguments += ["--header", type.map { "content-type: \($0)" } ?? "content-type:"]
        for header in headers { arguments += ["--header", header] }
        let run = try await FinishedProgram.run("/usr/bin/curl", arguments + ["https://\(region.place)\(path)"])
        let parts = run.output.split(separator: " ")
        guard run.status == 0, parts.count == 2, parts[0] == "2", let status = Int(parts[1]) else {
            throw Failure(description: "curl: \(run.status) \(run.output) \(run.errors)")
        }
        let bytes = [UInt8]((try? Data(contentsOf: URL(fileURLWithPath: output))) ?? Data())
        return Answer(status: status, head: try String(contentsOfFile: head, encoding: .utf8), body: bytes)
    }

    func call(_ path: String, json: String, headers: [String] = []) async throws -> Answer {
        try await call(path, Array(json.utf8), headers: headers)
    }

    struct Failure: Error, CustomStringConvertible { let description: String }
}
