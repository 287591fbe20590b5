import ArgumentParser
import SampanCrypto
import SampanDomain
import SampanMesh

/// What every command takes that changes something at the authority.
struct MutationOptions: ParsableArguments {
    @Flag(help: "Say what would be done, and do nothing.")
    var dryRun = false
    @Option(help: "Repeats a command of before under its name (1 to 64 characters): it is done once. Left out: a new one each time.")
    var requestID: String?

    func validate() throws {
        if let requestID, !(1...64).contains(requestID.count) { throw ValidationError("--request-id has 1 to 64 characters.") }
    }

    /// The given name, or a random one in the form of a UUID (RFC 9562 §5.4). Throws when the system gives no entropy.
    func makeRequestID() throws -> String {
        if let requestID { return requestID }
        var bytes = try RandomBytes.make(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let text = Hexadecimal.lowercase(bytes)
        let parts = [(0, 8), (8, 12), (12, 16), (16, 20), (20, 32)]
        return parts.map { String(text.dropFirst($0.0).prefix($0.1 - $0.0)) }.joined(separator: "-")
    }
}
