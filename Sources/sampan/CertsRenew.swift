import ArgumentParser
import FoundationEssentials
import SampanDomain
import SampanMesh
import SampanNode
import SampanRPC
import SampanTransport

struct CertsRenew: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "renew",
        abstract: "Take another certificate for a trust folder now, with a new key.",
        discussion: """
            For a node or an admin that has enrolled, also when its issuer was retired meanwhile; not when its certificate has ended (then
            enrol anew). Takes the epochs that were missed as well. A node that runs notices the new identity.pem by itself. When it fails
            the folder is as it was.

            EXAMPLES
              sampan certs renew --identity admin --platform 10.0.0.5:7443
              sampan certs renew --identity /var/lib/sampan/trust --platform 10.0.0.5:7443 --json

            Exit code: 0, 1 the authority or the disk did not let it, 64 wrong usage.
            """)

    @Option(help: "Trust folder. Else the folder in SAMPAN_IDENTITY.")
    var identity: String?
    @Option(help: "Address of the platform node, host:port. Else what SAMPAN_PLATFORM says.")
    var platform: String?
    @Flag(help: "Print JSON.")
    var json = false

    private struct Answer: Codable {
        let identity: String
        /// Hexadecimal.
        let serial: String
        let issuerKeyID: String
        /// ISO 8601, UTC.
        let endsAt: String
        let epoch: UInt64
    }

    func run() async throws {
        let environment = ProcessInfo.processInfo.environment
        guard let folder = identity ?? environment["SAMPAN_IDENTITY"], !folder.isEmpty else {
            throw ValidationError("Say whose certificate: --identity FOLDER, or SAMPAN_IDENTITY.")
        }
        guard let address = HostAndPort(platform ?? environment["SAMPAN_PLATFORM"] ?? "") else {
            throw ValidationError("--platform (or SAMPAN_PLATFORM) is host:port, for example 10.0.0.1:7443.")
        }
        let line = AdminLine(
            address: address, habits: ChannelConfiguration(), folder: NodeTrustFolder(path: folder), isFollowing: false)
        let status = try await line.renewed()
        let answer = Answer(
            identity: status.identity.uri, serial: Hexadecimal.lowercase(status.serial),
            issuerKeyID: Hexadecimal.lowercase(status.issuerKeyID),
            endsAt: Date(timeIntervalSince1970: Double(status.certificateEndsAt.seconds)).formatted(.iso8601), epoch: status.epochNumber)
        print(json ? try JSONText.of(answer) : "\(answer.identity): serial \(answer.serial), until \(answer.endsAt), epoch \(answer.epoch)")
    }
}
