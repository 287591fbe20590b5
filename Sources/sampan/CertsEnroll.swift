import ArgumentParser
import Foundation
import SampanMesh
import SampanNode
import SampanTransport

struct CertsEnroll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "enroll",
        abstract: "Get this node its first certificate, with a ticket of the region's admin.",
        discussion: """
            Makes the node's key here (it never leaves), asks the authority for a certificate, and fills the node's trust folder. The \
            ticket is good once; asking again after a lost answer is safe. Prints who the node is now.

            EXAMPLES
              sampan certs enroll --platform 10.0.0.5:7441 --folder /var/lib/sampan/trust --ticket-file ticket.txt
              sampan certs token --identity-uri spiffe://region.example/hospital/4699010001/his-1 | sampan certs enroll \
            --platform 10.0.0.5:7441 --folder trust --ticket-file -
            """)

    @Option(help: "The platform's listener for enrolment, HOST:PORT.")
    var platform: String
    @Option(help: "The node's trust folder; made when missing.")
    var folder: String
    @Option(help: "File that holds the ticket; - for standard input.")
    var ticketFile: String
    @Flag(help: "Take another identity in the place of the one that is there.")
    var force = false

    /// Characters of a ticket at the most, and white space around it.
    private static let ticketLimit = 32_768

    func run() async throws {
        guard let address = HostAndPort(platform) else { throw ValidationError("--platform must be HOST:PORT, such as 10.0.0.5:7441.") }
        let ticket = try EnrollmentTicket(text: try readTicket())
        let enrollment = try NodeEnrollment(folder: NodeTrustFolder(path: folder), ticket: ticket, wall: WallClock.now)
        let group = try EventLoopGroup(count: 1)
        let identity = try await enrollment.run(
            platform: [Endpoint(host: address.host, port: address.port)], group: group, overwrite: force)
        await group.shutdown()
        StandardOutput.line("\(identity)")
    }

    private func readTicket() throws -> String {
        let handle = ticketFile == "-" ? FileHandle.standardInput : FileHandle(forReadingAtPath: ticketFile)
        guard let data = try handle?.read(upToCount: Self.ticketLimit), let text = String(data: data, encoding: .utf8) else {
            throw AdminFailure("\(ticketFile) cannot be read")
        }
        return text
    }
}
