import ArgumentParser
import SampanAPI
import SampanJSON
import SampanRPC

/// A call that did not end well, for the person or the program that made it.
struct CallFailure {
    let place: String
    let error: RPCError
    /// The contracts of the node: details of its own types are shown by them.
    let pool: DescriptorPool

    /// 65 to 80: 64 and the number of the status.
    var exitCode: ExitCode { ExitCode(64 + Int32(error.code.rawValue)) }

    /// Status and message on one line, each detail on one more.
    var text: String {
        let head = CertificateDescription.printable("Error: \(place): \(error.code): \(error.message)")
        let call = callID.map { ["  call \($0): sampan why \($0) --node \(place)"] } ?? []
        return ([head] + details.map { "  detail \($0)" } + call).joined(separator: "\n")
    }

    /// What the node calls the call; nil where it has not said.
    private var callID: String? { error.metadata[ascii: "sampan-call-id"].flatMap { TraceID($0) }.map { "\($0)" } }

    /// One line, of the form of google.rpc.Status with the status by name too.
    var json: String {
        let parts =
            [
                "\"code\":\(error.code.rawValue)", "\"status\":\(JSONLiteral.string("\(error.code)"))",
                "\"message\":\(JSONLiteral.string(error.message))", "\"details\":[\(details.joined(separator: ","))]",
            ] + (callID.map { ["\"callID\":\(JSONLiteral.string($0))"] } ?? [])
        return "{\(parts.joined(separator: ","))}"
    }

    /// The details as JSON, each on one line. Those of `google.rpc` by our contract, others by the node's, and what neither knows in
    /// base64.
    private var details: [String] {
        guard let packed = try? WireParts.values(of: 3, in: error.statusDetails) else { return [] }
        let options = JSONOptions(showsForeignAny: true)
        let readers = ([Self.google, pool] as [DescriptorPool?]).compactMap { $0 }.map { JSONTranscoder(pool: $0, options: options) }
        return packed.compactMap { detail in
            let url = (try? WireParts.values(of: 1, in: detail))?.last ?? []
            let name = String(decoding: url.drop { $0 != UInt8(ascii: "/") }.dropFirst(), as: UTF8.self)
            guard let reader = readers.first(where: { $0.pool.message(name) != nil }) ?? readers.first else { return nil }
            return (try? reader.json(of: detail, as: Self.any)).map { String(decoding: $0, as: UTF8.self) }
        }
    }

    private static let any = "google.protobuf.Any"

    /// Google's own details, and `Any`.
    private static let google: DescriptorPool? = {
        var (files, open): ([String: [UInt8]], [FileDescriptor]) = ([:], [GoogleRPC.errorDetailsDescriptor, GoogleRPC.statusDescriptor])
        while let file = open.popLast() {
            guard files.updateValue(file.serialized, forKey: file.name) == nil else { continue }
            open += file.dependencies
        }
        return try? DescriptorPool(files: files.sorted { $0.key < $1.key }.map(\.value))
    }()
}
