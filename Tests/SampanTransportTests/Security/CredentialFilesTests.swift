import Foundation
import SampanCrypto
@testable import SampanTransport
import StoreTestSupport
import Synchronization
import Testing

@Suite("Files of credentials that change while a node runs", .timeLimit(.minutes(20)))
struct CredentialFilesTests {
    /// A node's files, and the watch over them by a clock that this moves.
    fileprivate final class Fixture: Sendable {
        let directory: TemporaryDirectory
        let files: CredentialFiles
        let credentials: LiveCredentials
        let clock = ManualClock()
        private let notes = Mutex<[CredentialFiles.Event]>([])

        var events: [CredentialFiles.Event] { notes.withLock { $0 } }

        static func with(_ trust: LoopbackTrust, _ body: (Fixture) async throws -> Void) async throws {
            let fixture = try Fixture(trust)
            let group = try EventLoopGroup(count: 1)
            let watch = Task {
                await fixture.files.watch(for: fixture.credentials, on: group, clock: fixture.clock) { event in
                    fixture.notes.withLock { $0.append(event) }
                }
            }
            // The first look, which finds what is in force already.
            await fixture.run { $0 == .seconds(10) }
            let result: Result<Void, any Error>
            do { result = .success(try await body(fixture)) } catch { result = .failure(error) }
            watch.cancel()
            await watch.value
            await group.shutdown()
            try result.get()
        }

        private init(_ trust: LoopbackTrust) throws {
            directory = try TemporaryDirectory()
            files = CredentialFiles(
                certificateFile: directory.file("node.pem"), keyFile: directory.file("node.key"), trustFile: directory.file("trust.pem"),
                trustDomain: trust.domain)
            for (path, bytes) in try Self.contents(trust, files) { try Self.write(bytes, path) }
            credentials = try LiveCredentials(files.read())
        }

        /// The bytes of each file for a new certificate.
        static func contents(_ trust: LoopbackTrust, _ files: CredentialFiles) throws -> [(String, [UInt8])] {
            let identity = try trust.identity(LiveRegion.path(0))
            return [
                (files.certificateFile, try identity.chain.flatMap { try $0.pem() }), (files.keyFile, try identity.key.pem()),
                (files.trustFile, try trust.root.certificate.pem()),
            ]
        }

        func contents(_ trust: LoopbackTrust) throws -> [(String, [UInt8])] { try Self.contents(trust, files) }

        /// In place: the file is emptied, written, and closed.
        static func write(_ bytes: [UInt8], _ path: String) throws {
            let manager = FileManager.default
            if !manager.fileExists(atPath: path) {
                _ = manager.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600])
            }
            let handle = try #require(FileHandle(forWritingAtPath: path))
            try handle.truncate(atOffset: 0)
            try handle.write(contentsOf: Data(bytes))
            try handle.close()
        }

        /// Beside it, and then by a rename over it.
        static func replace(_ bytes: [UInt8], _ path: String) throws {
            try write(bytes, path + ".new")
            #expect(unsafe rename(path + ".new", path) == 0)
        }

        /// Lets time pass, each time as much as the watch waits for, until it has begun to wait in a way that `isEnough`.
        func run(until isEnough: (Duration) -> Bool) async {
            for await delay in clock.sleeps {
                if isEnough(delay) { return }
                clock.advance(delay)
            }
        }

        /// Lets time pass until there are so many events.
        func runUntilEvents(_ count: Int) async {
            for await delay in clock.sleeps {
                if events.count >= count { return }
                clock.advance(delay)
            }
        }

        /// Lets the watch meet a change: it settles, is read, and comes to nothing yet.
        func runThroughChange() async {
            await run { $0 == CredentialFilesWatcher.settleTime }
            clock.advance(CredentialFilesWatcher.settleTime)
            await run { $0 > CredentialFilesWatcher.settleTime }
        }
    }

    @Test("a set replaced by renames, or in place, is swapped in", arguments: [false, true])
    func replaced(byRename: Bool) async throws {
        let trust = try LoopbackTrust()
        try await Fixture.with(trust) { fixture in
            for round in 2...4 {
                let contents = try fixture.contents(trust)
                for (path, bytes) in contents { try byRename ? Fixture.replace(bytes, path) : Fixture.write(bytes, path) }
                await fixture.runUntilEvents(round - 1)
                #expect(fixture.events.last == .swapped(generation: round))
                #expect(try fixture.credentials.credentials.leaf == #require(try Certificate.list(pem: contents[0].1).first))
            }
            #expect(fixture.events.count == 3)
        }
    }

    @Test("one file at a time: nothing is taken, or complained of, before the set is whole")
    func oneAtATime() async throws {
        let trust = try LoopbackTrust()
        try await Fixture.with(trust) { fixture in
            let contents = try fixture.contents(trust)
            try Fixture.replace(contents[0].1, contents[0].0)
            await fixture.runThroughChange()
            #expect(fixture.events.isEmpty && fixture.credentials.generation == 1)
            try Fixture.replace(contents[1].1, contents[1].0)
            await fixture.runUntilEvents(1)
            #expect(fixture.events == [.swapped(generation: 2)])
        }
    }

    @Test("a new root alone is taken, a trust file without our own root is not")
    func roots() async throws {
        let (trust, next) = (try LoopbackTrust(), try LoopbackTrust())
        try await Fixture.with(trust) { fixture in
            try Fixture.replace(try trust.root.certificate.pem() + next.root.certificate.pem(), fixture.files.trustFile)
            await fixture.runUntilEvents(1)
            #expect(fixture.events == [.swapped(generation: 2)])
            try Fixture.replace(try next.root.certificate.pem(), fixture.files.trustFile)
            await fixture.runUntilEvents(2)
            #expect(fixture.isBroken(1) && fixture.credentials.generation == 2)
        }
    }

    enum Damage: CaseIterable {
        case halfCertificate, emptyKey, foreignKey, openKey, gone, directory
    }

    @Test("what stays broken is reported once, changes nothing, and can be mended", arguments: Damage.allCases)
    func damaged(_ damage: Damage) async throws {
        let trust = try LoopbackTrust()
        try await Fixture.with(trust) { fixture in
            let files = fixture.files
            let contents = try fixture.contents(trust)
            switch damage {
            case .halfCertificate: try Fixture.write(Array(contents[0].1.prefix(contents[0].1.count / 3)), files.certificateFile)
            case .emptyKey: try Fixture.write([], files.keyFile)
            case .foreignKey: try Fixture.replace(contents[1].1, files.keyFile)
            case .openKey: #expect(unsafe chmod(files.keyFile, 0o644) == 0)
            case .gone: #expect(unsafe unlink(files.trustFile) == 0)
            case .directory:
                #expect(unsafe unlink(files.certificateFile) == 0)
                #expect(unsafe mkdir(files.certificateFile, 0o700) == 0)
            }
            await fixture.runUntilEvents(1)
            #expect(fixture.isBroken(0))
            // An hour later it is still the same, and nothing more was said.
            for _ in 0..<360 {
                fixture.clock.advance(.seconds(10))
                await fixture.run { $0 == .seconds(10) }
            }
            #expect(fixture.events.count == 1 && fixture.credentials.generation == 1)
            if damage == .directory { #expect(unsafe rmdir(files.certificateFile) == 0) }
            for (path, bytes) in contents { try Fixture.replace(bytes, path) }
            #expect(unsafe chmod(files.keyFile, 0o600) == 0)
            await fixture.runUntilEvents(2)
            #expect(fixture.events.last == .swapped(generation: 2))
        }
    }

    @Test("files that were only touched, or written again as they were, are no new credentials")
    func touched() async throws {
        let trust = try LoopbackTrust()
        try await Fixture.with(trust) { fixture in
            let bytes = try #require(FileManager.default.contents(atPath: fixture.files.certificateFile))
            try Fixture.replace(Array(bytes), fixture.files.certificateFile)
            await fixture.runThroughChange()
            #expect(fixture.events.isEmpty && fixture.credentials.generation == 1)
        }
    }

    @Test("a directory that is itself replaced is found by the look every so often")
    func directoryReplaced() async throws {
        let trust = try LoopbackTrust()
        try await Fixture.with(trust) { fixture in
            let path = fixture.directory.path
            let contents = try fixture.contents(trust)
            #expect(unsafe rename(path, path + ".old") == 0)
            defer { try? FileManager.default.removeItem(atPath: path + ".old") }
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            for (path, bytes) in contents { try Fixture.write(bytes, path) }
            fixture.clock.advance(.seconds(10))
            await fixture.runUntilEvents(1)
            #expect(fixture.events == [.swapped(generation: 2)])
        }
    }
}

extension CredentialFilesTests.Fixture {
    fileprivate func isBroken(_ index: Int) -> Bool {
        if events.count > index, case .broken = events[index] { true } else { false }
    }
}
