import SampanAPI
import SampanCrypto
import SampanDomain
import SampanMesh
import SampanStorage
import SampanTestSupport
import StoreTestSupport
import Testing

@testable import sampan_verify

@Suite("Audit proofs, looked at by the separate verifier", .blocking, .timeLimit(.minutes(20)))
struct ProofTests {
    private let fixture: VerifierFixture

    init() throws { fixture = try VerifierFixture() }

    @Test("RE-17 every entry is in the tree of every size, and every tree goes on from every older one (RFC 9162)")
    func everySize() async throws {
        // A head after every entry, over 300 of them: three tiles, the last one partial.
        var sealing = AuditSealing()
        sealing.maximumEntries = 1
        let log = try await fixture.open(sealing)
        for size in 1...300 {
            try await log.append(try fixture.record(size, about: Int64(size % 9) + 1))
            let head = try await log.seal()
            #expect(head?.size == UInt64(size))
            guard size < 20 || size % 37 == 0 || (254...258).contains(size) else { continue }
            let archive = try AuditArchive(path: fixture.path)
            for number in 1...UInt64(size) where size < 20 || number % 13 == 1 || number > 250 {
                #expect(try fixture.fault(try AuditProofFile.bytes(try archive.inclusionProof(of: number))) == nil, "\(number) in \(size)")
                #expect(
                    try fixture.fault(try AuditProofFile.bytes(try archive.consistencyProof(from: number))) == nil, "\(number) to \(size)")
            }
        }
        await log.close()
        let archive = try AuditArchive(path: fixture.path)
        #expect(try archive.verify(trust: try fixture.trust).treeSize == 300)
        #expect(throws: AuditError.notSealed(301)) { try archive.inclusionProof(of: 301) }
        #expect(throws: AuditError.notSealed(301)) { try archive.consistencyProof(from: 301) }
        let inclusion = try AuditProofFile.bytes(try archive.inclusionProof(of: 17))
        print("inclusion in 300: \(inclusion.count) bytes")
        #expect(inclusion.count <= 2_048)
    }

    @Test("the tree is that of RFC 9162: roots of Certificate Transparency's test vectors")
    func vectors() throws {
        let leaves: [[UInt8]] = [
            [], [0], [0x10], [0x20, 0x21], [0x30, 0x31], [0x40, 0x41, 0x42, 0x43], [0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
            (0x60...0x6F).map { $0 },
        ]
        var roots: [[UInt8]] = []
        for leaf in leaves {
            var (node, rest) = (try Hashes.leaf(leaf), roots.isEmpty ? 0 : leaves.firstIndex(of: leaf) ?? 0)
            while rest & 1 == 1, let left = roots.popLast() { (node, rest) = (try Hashes.node(left, node), rest >> 1) }
            roots.append(node)
        }
        #expect(Hexadecimal.lowercase(try #require(roots.first)) == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328")
    }

    @Test("RE-17 a list of readers holds when it is whole; each entry left out, put in, moved, changed or of another person is found")
    func readers() async throws {
        let log = try await fixture.open()
        try await fixture.fill(log, 400, people: 23)
        await log.close()
        let archive = try AuditArchive(path: fixture.path)
        var largest = 0
        for person in Int64(1)...23 {
            let (key, pseudonym) = (try fixture.keys.key(of: try EnterpriseID(person)), try fixture.pseudonym(person))
            let whole = try archive.readers(of: pseudonym)
            #expect(whole.entries.count > 10)
            #expect(try fixture.fault(try AuditProofFile.bytes(whole), personKey: key.bytes) == nil)
            largest = max(largest, try AuditProofFile.bytes(AuditV1.AuditReaders(proof: whole.proof, entries: [])).count)
            for index in whole.entries.indices {
                var cut = whole
                cut.entries.remove(at: index)
                #expect(try fixture.fault(try AuditProofFile.bytes(cut)) != nil)
                var twice = whole
                twice.entries.insert(whole.entries[index], at: index)
                #expect(try fixture.fault(try AuditProofFile.bytes(twice)) != nil)
            }
            var (moved, counted, other) = (whole, whole, whole)
            moved.entries.swapAt(0, 1)
            counted.entries.removeLast()
            counted.proof?.count -= 1
            let own = Set(whole.entries.map(\.number))
            let number = try #require((1...400 as ClosedRange<UInt64>).first { !own.contains($0) })
            other.entries[0] = try #require(try archive.inclusionProof(of: number).entry)
            for changed in [moved, counted, other] { #expect(try fixture.fault(try AuditProofFile.bytes(changed)) != nil) }
            let stranger = try fixture.keys.key(of: try EnterpriseID(person + 1))
            #expect(try fixture.fault(try AuditProofFile.bytes(whole), personKey: stranger.bytes) != nil)
        }
        print("proof of a list of readers: \(largest) bytes at the most")
        #expect(largest <= 4_096)
    }

    @Test("RE-17 of a person without entries it is proved that there are none, and nobody with entries can be told so")
    func nobody() async throws {
        let log = try await fixture.open()
        try await fixture.fill(log, 200, people: 150)
        await log.close()
        let archive = try AuditArchive(path: fixture.path)
        for person in Int64(1_000)...1_100 {
            let none = try archive.readers(of: try fixture.pseudonym(person))
            #expect(none.entries.isEmpty && none.proof?.count == 0)
            #expect(try fixture.fault(try AuditProofFile.bytes(none)) == nil)
        }
        // A liar who keeps the way and denies the leaf at its end.
        var denied = try archive.readers(of: try fixture.pseudonym(3))
        denied.entries = []
        denied.proof?.count = 0
        #expect(try fixture.fault(try AuditProofFile.bytes(denied)) != nil)
        let (person, chain) = (denied.proof?.person ?? [], denied.proof?.chain ?? [])
        denied.proof?.otherPerson = person
        denied.proof?.otherCount = 2
        denied.proof?.otherChain = chain
        #expect(try fixture.fault(try AuditProofFile.bytes(denied)) != nil)
    }

    @Test("RE-18 an access says who, whose, what, why, when, where and with what outcome, and names the person to nobody")
    func access() async throws {
        let log = try await fixture.open()
        let record = try fixture.record(8, about: 77)
        try await log.append(record)
        await log.close()
        var found: [AuditRecord] = []
        try AuditArchive(path: fixture.path).forEach { _, record in found.append(record) }
        #expect(found == [record])
        let access = try #require(found.first?.access)
        #expect(access.staff == "doc3" && access.documentKind == "lab-report" && access.purpose == "treatment" && access.node == "县医院一号")
        let (own, other) = (try fixture.pseudonym(77), try fixture.pseudonym(78))
        #expect(access.person == own && access.person != other)
        let file = try AuditProofFile.bytes(try AuditArchive(path: fixture.path).readers(of: access.person))
        try WholeFile.write(file, to: fixture.directory.file("readers"), mode: 0o600, overwrite: false)
        let told = try VerifyProgram.verify(
            fixture.directory.file("readers"), trust: nil, known: nil, personKey: try fixture.keys.key(of: try EnterpriseID(77)).bytes)
        for word in ["permit read lab-report D8 version 2 by 4699010001 doc3 physician for treatment G8 GRANTED", "2027-"] {
            #expect(told.contains(word), "\(told)")
        }
    }
}
