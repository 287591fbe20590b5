import Foundation
import SampanCrypto
import SampanMesh
import SampanTransport
import StoreTestSupport
import Testing

@Suite("A node's folder of trust")
struct NodeTrustFolderTests {
    private let directory: TemporaryDirectory
    private let region: TrustRegion
    private let folder: NodeTrustFolder

    init() throws {
        directory = try TemporaryDirectory()
        region = try TrustRegion()
        folder = NodeTrustFolder(path: directory.file("信任"))
    }

    private func mode(_ path: String) throws -> Int {
        try #require(FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
    }

    private func cut(_ path: String, to count: Int) throws {
        let data = try #require(FileManager.default.contents(atPath: path))
        // In place: permissions stay.
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.truncate(atOffset: UInt64(min(count, data.count)))
        try file.close()
    }

    @Test("what was written is read; nobody else may read the key")
    func round() throws {
        let (identity, epoch) = (try region.identity(), try region.epoch())
        try region.fill(folder, identity: identity, epoch: epoch)
        #expect(try mode(folder.path) == 0o700 && mode(folder.identityFile) == 0o600 && mode(folder.epochFile) == 0o600)
        #expect(try mode(folder.trustFile) == 0o644)
        let contents = try folder.read()
        #expect(contents.credentials.chain == identity.chain && contents.epoch == epoch && contents.epochProblem == nil)
        #expect(contents.credentials.roots == [region.root.certificate])
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: folder.identityFile)
        let error = #expect(throws: NodeTrustFolderError.self) { try folder.read() }
        #expect(error?.reason == .badIdentity && error?.description.contains("chmod 600") == true)
    }

    @Test("the roots are those of the epoch; the file of roots counts only without one")
    func roots() throws {
        let other = try TrustRegion()
        try region.fill(folder, epoch: try region.epoch(roots: [region.root.certificate, other.root.certificate]))
        #expect(try folder.read().credentials.roots == [region.root.certificate, other.root.certificate])
        try FileManager.default.removeItem(atPath: folder.epochFile)
        #expect(try folder.read().credentials.roots == [region.root.certificate])
        try FileManager.default.removeItem(atPath: folder.trustFile)
        #expect(throws: NodeTrustFolderError.self) { try folder.read() }
    }

    @Test("an epoch that was cut off at any place, or is of another domain, is told of and left out", arguments: [0, 1, 7, 100, 400, 700])
    func truncatedEpoch(_ count: Int) throws {
        try region.fill(folder, epoch: try region.epoch())
        try cut(folder.epochFile, to: count)
        let contents = try folder.read()
        #expect(contents.epoch == nil && contents.epochProblem?.contains("epoch.bin") == true)
        #expect(contents.credentials.roots == [region.root.certificate])
    }

    @Test("an identity that was cut off, is another's, or is missing is an error with a name", arguments: [0, 20, 200, 240, 400])
    func truncatedIdentity(_ count: Int) throws {
        try region.fill(folder)
        try cut(folder.identityFile, to: count)
        #expect(#expect(throws: NodeTrustFolderError.self) { try folder.read() }?.reason == .badIdentity)
    }

    @Test("no identity: not enrolled; another trust domain: refused")
    func missing() throws {
        #expect(#expect(throws: NodeTrustFolderError.self) { try folder.read() }?.reason == .notEnrolled)
        try region.fill(folder)
        #expect(#expect(throws: NodeTrustFolderError.self) { try folder.read(trustDomain: "other.test") }?.reason == .badIdentity)
    }

    @Test("what a crash has left half written goes")
    func leftovers() throws {
        try region.fill(folder)
        _ = FileManager.default.createFile(atPath: "\(folder.path)/identity.pem.17.tmp", contents: Data([1]))
        try folder.prepare()
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["identity.pem", "trust.pem"])
    }

    @Test("a folder that cannot be written says so, and what was there is there")
    func notWritten() throws {
        let place = NodeTrustFolder(path: directory.file("missing") + "/deeper")
        #expect(#expect(throws: NodeTrustFolderError.self) { try place.prepare() }?.reason == .notWritten)
        #expect(#expect(throws: NodeTrustFolderError.self) { try place.write(region.epoch()) }?.reason == .notWritten)
    }

    @Test("an enrolment that is repeated asks with the same bytes")
    func enrolment() throws {
        try folder.prepare()
        let first = try folder.enrollmentRequest()
        let second = try folder.enrollmentRequest()
        #expect(first.request == second.request)
        #expect(try mode("\(folder.path)/enrollment.key") == 0o600)
        folder.forgetEnrollmentRequest()
        #expect(try folder.enrollmentRequest().request != first.request)
    }
}
