import Foundation
import SampanCompression
import SampanDomain
import SampanMesh
import SampanProcess
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import sampan_verify

@Suite("A resident's record, looked at offline (RE-09)", .blocking, .timeLimit(.minutes(20)))
struct BundleTests {
    private let fixture: BundleFixture

    init() async throws { fixture = try await BundleFixture() }

    private func broken(_ fault: VerifyError?) -> String {
        if case .broken(let why) = fault { why } else { "" }
    }

    /// Three small documents, one of them without a byte.
    private func small() async throws -> [UInt8] {
        try await fixture.records.store(Array("甲".utf8), kind: .labReport, request: "r1")
        try await fixture.records.store([], kind: .prescription, request: "r2")
        try await fixture.records.store(Array("<a/>".utf8), kind: .imagingReport, grade: 5, request: "r3")
        return try await fixture.download()
    }

    @Test("RE-09 what a resident takes along holds: newest versions of all, each whole; the list names nobody")
    func whole() async throws {
        let long = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 &* 31 >> 3) }
        try await fixture.records.store(long, request: "r0")
        try await fixture.records.store([9], patient: 2, request: "other")
        let archive = try await small()
        #expect(try fixture.fault(archive) == nil)
        let entries = try BundleFixture.entries(archive)
        #expect(entries.count == 6 && entries.contains { $0.content == long } && !entries.contains { $0.content == [9] })
        #expect(entries.prefix(2).map(\.name) == ["manifest.json", "manifest.sig"])
        let list = try JSONSerialization.jsonObject(with: Data(try #require(entries.first).content)) as? [String: Any]
        let documents = try #require(list?["documents"] as? [[String: Any]])
        #expect(documents.count == 4 && list?["made_by"] as? String == BundleFixture.signer)
        let known = ["name", "document_id", "version", "kind", "occurred_at", "stored_at", "owner", "custodian", "size", "sha256"]
        for document in documents { #expect(Set(document.keys) == Set(known)) }
        #expect(BundleFixture.archive(entries) == archive, "names, sizes and contents alone make the archive")
        let told = try VerifyProgram.verify(
            bundle: fixture.directory.file("record.zip"), roots: fixture.directory.file("root.pem"))
        #expect(told.hasPrefix("4 documents of 300007 bytes") && told.hasSuffix("by \(BundleFixture.signer)"), "\(told)")
    }

    @Test("a record without a document is a record")
    func empty() async throws { #expect(try fixture.fault(try await fixture.download()) == nil) }

    @Test("RE-09 one byte that is another, wherever it is, is found, and the entry that it is in is named")
    func flipped() async throws {
        let seed = UInt64.random(in: 0 ... .max)
        print("seed \(seed)")
        var random = SeededRandom(seed: seed)
        let archive = try await small()
        #expect(try fixture.fault(archive) == nil)
        let names = try BundleFixture.entries(archive).map(\.name)
        var unnamed = 0
        for place in archive.indices {
            var changed = archive
            changed[place] ^= UInt8.random(in: 1...255, using: &random)
            let why = broken(try fixture.fault(changed))
            #expect(!why.isEmpty, "byte \(place), seed \(seed)")
            if !names.contains(where: why.contains) { unnamed += 1 }
        }
        // The end record (22 bytes) belongs to no entry.
        #expect(unnamed <= 22, "\(unnamed) of \(archive.count), seed \(seed)")
        print("\(archive.count) bytes were changed, one at a time")
    }

    @Test("RE-09 a content that is another, with checksums and sizes that fit, is found and named")
    func replaced() async throws {
        var entries = try BundleFixture.entries(try await small())
        for place in entries.indices.dropFirst(2) where !entries[place].content.isEmpty {
            let before = entries[place].content
            entries[place].content[0] ^= 1
            #expect(broken(try fixture.fault(BundleFixture.archive(entries))) == "\(entries[place].name): its content was changed")
            entries[place].content = before + [0]
            #expect(broken(try fixture.fault(BundleFixture.archive(entries))).hasPrefix("\(entries[place].name): "))
            entries[place].content = before
        }
        entries[0].content[entries[0].content.count - 5] ^= 1
        #expect(broken(try fixture.fault(BundleFixture.archive(entries))).hasPrefix("manifest.json: "))
    }

    @Test("RE-09 a missing, an added, a doubled and a moved file is found and named, wherever it is")
    func files() async throws {
        let entries = try BundleFixture.entries(try await small())
        for place in entries.indices {
            var fewer = entries
            let gone = fewer.remove(at: place)
            #expect(broken(try fixture.fault(BundleFixture.archive(fewer))).contains(gone.name), "\(place)")
            var twice = entries
            twice.insert(entries[place], at: place)
            #expect(!broken(try fixture.fault(BundleFixture.archive(twice))).isEmpty, "\(place)")
        }
        for place in 0...entries.count {
            var more = entries
            more.insert((name: "documents/added.xml", content: [1]), at: place)
            let why = broken(try fixture.fault(BundleFixture.archive(more)))
            #expect(place < 2 ? why.contains("manifest") : why.contains("documents/added.xml"), "\(place): \(why)")
        }
        var moved = entries
        moved.swapAt(2, 3)
        #expect(broken(try fixture.fault(BundleFixture.archive(moved))).contains(entries[2].name))
        var renamed = entries
        renamed[2].name = "documents/../../x"
        #expect(broken(try fixture.fault(BundleFixture.archive(renamed))).contains(entries[2].name))
    }

    @Test("an archive that was cut anywhere, or has something behind its end, is found")
    func cut() async throws {
        let archive = try await small()
        for count in stride(from: 0, to: archive.count, by: 7) {
            #expect(!broken(try fixture.fault(Array(archive.prefix(count)))).isEmpty, "\(count)")
        }
        #expect(!broken(try fixture.fault(archive + [0])).isEmpty)
        #expect(!broken(try fixture.fault(archive + archive)).isEmpty)
    }

    @Test("a signer of another region, and a list that was signed for another record, are not believed")
    func signer() async throws {
        let archive = try await small()
        #expect(broken(try fixture.fault(archive, roots: "other.pem")).hasPrefix("manifest.json: "))
        let other = try BundleFixture.entries(try await BundleFixture().download())
        var entries = try BundleFixture.entries(archive)
        entries[1] = other[1]
        #expect(broken(try fixture.fault(BundleFixture.archive(entries))).hasPrefix("manifest.json: "))
        entries = [other[0], other[1]] + entries.dropFirst(2)
        #expect(!broken(try fixture.fault(BundleFixture.archive(entries))).isEmpty)
    }

    @Test("a file that is not there cannot be read; noise is no record")
    func noise() throws {
        #expect(throws: VerifyError.self) {
            _ = try VerifyProgram.verify(bundle: fixture.directory.file("none"), roots: fixture.directory.file("root.pem"))
        }
        var random = SeededRandom(seed: 7)
        for count in [1, 29, 30, 31, 300, 5_000] {
            #expect(!broken(try fixture.fault(random.bytes(count))).isEmpty)
            #expect(!broken(try fixture.fault([0x50, 0x4B, 3, 4] + random.bytes(count))).isEmpty)
        }
    }

    @Test("archives beyond 32 bits: the verifier's shape of zip64 is the writer's, by the bytes")
    func large() throws {
        let (size, piece) = (UInt64(5) << 30, [UInt8](repeating: 0, count: 64 << 20))
        var (zip, shape) = (ZipWriter(), ZipShape())
        #expect(zip.begin("documents/a", size: Int64(size)) == shape.begin("documents/a", size: size, checksum: 0, isStreamed: true))
        for _ in 0..<(size / UInt64(piece.count)) { zip.add(piece) }
        let descriptor = zip.end()
        let checksum = UInt32(truncatingIfNeeded: ZipShape.number(descriptor[4..<8]))
        #expect(descriptor.count == 24 && descriptor == shape.end(size: size, checksum: checksum))
        #expect(zip.begin("b", size: 0) == shape.begin("b", size: 0, checksum: 0, isStreamed: true))
        #expect(zip.end() == shape.end(size: 0, checksum: 0))
        let end = shape.directory().flatMap(\.bytes) + shape.ending()
        #expect(zip.directory() == end)
    }

    @Test("Python's zipfile, an independent reader, finds every entry of it whole")
    func foreign() async throws {
        let archive = try await small()
        let path = fixture.directory.file("record.zip")
        try WholeFile.write(archive, to: path, mode: 0o600, overwrite: true)
        let python = unsafe getenv("SAMPAN_PYTHON").map { unsafe String(cString: $0) } ?? "/usr/bin/python3"
        let script = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); sys.exit(z.testzip() is not None or len(z.infolist()) != 5)"
        let status = try ChildProcess(program: python, arguments: ["-c", script, path]).wait()
        #expect(status == 0)
    }

    @Test("the program says it by its exit code: 0 it holds, 1 it does not, 2 it cannot be read, 64 it was called wrongly")
    func program() async throws {
        var archive = try await small()
        let (path, roots) = (fixture.directory.file("record.zip"), fixture.directory.file("root.pem"))
        func status(_ arguments: [String]) throws -> Int32 {
            let errors = ChildProcess.Output.file(fixture.directory.file("said"))
            return try ChildProcess(program: Self.verifier, arguments: arguments, output: errors, errors: errors).wait()
        }
        try WholeFile.write(archive, to: path, mode: 0o600, overwrite: true)
        #expect(try status(["bundle", path, "--ca", roots]) == 0)
        #expect(try status(["bundle", "--ca", roots, path]) == 0)
        #expect(try status(["bundle", path]) == 64)
        #expect(try status(["bundle", path, "--ca"]) == 64)
        #expect(try status(["bundle", "\(path).none", "--ca", roots]) == 2)
        archive[archive.count / 2] ^= 1
        try WholeFile.write(archive, to: path, mode: 0o600, overwrite: true)
        #expect(try status(["bundle", path, "--ca", roots]) == 1)
    }

    /// Lies beside the test bundle.
    private static var verifier: String {
        let folder = unsafe getenv("SAMPAN_PROGRAMS").map { unsafe String(cString: $0) } ?? ".build/debug"
        return "\(folder)/sampan-verify"
    }
}
