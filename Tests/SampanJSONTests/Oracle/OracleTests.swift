import SampanJSON
import Testing

@Suite("JSON means the same to us and to Python's protobuf")
struct OracleTests {
    @Test("random messages are printed as Python prints them, with and without defaults, and come back whole", arguments: [31, 32])
    func prints(seed: Int) throws {
        print("seed \(seed)")
        let oracle = try JSONOracle()
        let plain = JSONTranscoder(pool: oracle.pool)
        let full = JSONTranscoder(pool: oracle.pool, options: JSONOptions(emitsDefaults: true))
        let made = try oracle.make(seed: seed, count: 150)
        #expect(made.count == 900)
        var (records, lost): ([[[UInt8]]], [String]) = ([], [])
        for (type, wire) in made {
            let json = try plain.json(of: wire, as: type)
            records.append([Array(type.utf8), wire, json, try full.json(of: wire, as: type)])
            let back = try plain.wire(of: json, as: type)
            if try plain.json(of: back, as: type) != json { lost.append(String(decoding: json.prefix(500), as: UTF8.self)) }
        }
        #expect(lost.isEmpty, "\(lost.first ?? "")")
        let differences = try oracle.ask("print", records).filter { !$0.isEmpty }
        let isEmpty = differences.isEmpty
        #expect(isEmpty, "\(differences.count): \(differences.min { $0.count < $1.count } ?? "")")
    }

    @Test("random messages as JSON are read by Python as what they were", arguments: [41])
    func reads(seed: Int) throws {
        print("seed \(seed)")
        let oracle = try JSONOracle()
        let plain = JSONTranscoder(pool: oracle.pool)
        let records = try oracle.make(seed: seed, count: 100).map { type, wire in
            let json = try plain.json(of: wire, as: type)
            return [Array(type.utf8), json, Array("ok".utf8), try plain.wire(of: json, as: type)]
        }
        let verdicts = try oracle.ask("parse", records)
        let wrong = zip(records, verdicts).filter { $1 != "same" }
        let first = wrong.min { $0.0[1].count < $1.0[1].count }
        let shown = first.map { "\($1): \(String(decoding: $0[1].prefix(800), as: UTF8.self))" } ?? ""
        let isEmpty = wrong.isEmpty
        #expect(isEmpty, "\(wrong.count): \(shown)")
    }

    /// Texts with what is expected of the two of us. Where it is not "same" or "both-refuse", one of us departs from the other, and why
    /// is said beside it.
    private static let texts: [(text: String, verdict: String)] = [
        ("{}", "same"), (#"{"nothing":null,"optionalNothing":null}"#, "same"), (#"{"kNull":null}"#, "same"),
        (#"{"kNull":"NULL_VALUE"}"#, "same"),
        (#"{"value":null}"#, "same"), (#"{"kValue":null}"#, "same"), (#"{"kBool":null,"kString":"x"}"#, "same"),
        (#"{"wInt32":null}"#, "same"),
        (#"{"wInt32":0,"wString":"","wBytes":"","wBool":false,"wDouble":0}"#, "same"), (#"{"rValue":[null,1,"x",{},[]]}"#, "same"),
        (#"{"rString":[null]}"#, "both-refuse"), (#"{"mValue":{"a":null}}"#, "same"), (#"{"mAt":{"a":null}}"#, "both-refuse"),
        (#"{"other-name":1}"#, "same"), (#"{"renamed":1}"#, "same"), (#"{"withTwoUnderscores2x":1}"#, "same"),
        (#"{"with__two_underscores_2x":1}"#, "same"), (#"{"kString":"a","kBool":true}"#, "both-refuse"), (#"{"empty":{}}"#, "same"),
        (#"{"empty":{"a":1}}"#, "both-refuse"), (#"{"at":"2026-11-22T08:30:00.5+08:00"}"#, "same"),
        (#"{"at":"2026-02-30T08:30:00Z"}"#, "both-refuse"),
        (#"{"took":"-1.000000001s"}"#, "same"), (#"{"took":"1"}"#, "both-refuse"), (#"{"mask":"a,bC"}"#, "same"), (#"{"mask":""}"#, "same"),
        (#"{"mask":"a_b"}"#, "both-refuse"), (#"{"any":{}}"#, "same"), (#"{"object":{"a":[{"b":null}]}}"#, "same"),
        (#"{"list":[1,[2,[3]]]}"#, "same"),
        (#"{"any":{"@type":"type.googleapis.com/google.protobuf.Value","value":null}}"#, "same"),
        (#"{"any":{"@type":"type.googleapis.com/sampan.test.v1.Leaf","c":[1]}}"#, "same"),
        (#"{"any":{"@type":"type.googleapis.com/sampan.test.v1.Nope"}}"#, "both-refuse"),
        (#"{"wInt64":"9223372036854775808"}"#, "both-refuse"),
        (#"{"wUint64":-1}"#, "both-refuse"), (#"{"wFloat":1e39}"#, "both-refuse"), (#"{"wDouble":"Infinity"}"#, "same"),
        (#"{"wBool":"true"}"#, "both-refuse"),
        (#"{"wInt32":1.0}"#, "same"), (#"{"wInt32":1e2}"#, "same"), (#"{"wInt32":1.5}"#, "both-refuse"),
        (#"{"wInt32":" 1"}"#, "both-refuse"),
        (#"{"wBytes":"-_8"}"#, "same"), (#"{"wBytes":"+/8="}"#, "same"), (#"{"renamed":1,"renamed":2}"#, "both-refuse"),
        (#"{"wInt32":"1e2"}"#, "same"), (#"{"wInt32":"1.5"}"#, "both-refuse"), (#"{"wDouble":NaN}"#, "both-refuse"),
        // Python reads numbers that have an exponent as doubles.
        (#"{"wUint64":1.8446744073709551615e19}"#, "python-refuses"),
        // Enums: a number in quotation marks is not in the standard.
        (#"{"nothing":"0"}"#, "we-refuse"),
        // Bits left over in base64 make two texts of one value.
        (#"{"wBytes":"AB"}"#, "we-refuse"),
    ]

    @Test("texts that are read or refused by both, and the few on which we differ")
    func texts() throws {
        let oracle = try JSONOracle()
        let plain = JSONTranscoder(pool: oracle.pool)
        let type = "sampan.test.json.JSONKinds"
        let records = Self.texts.map { row in
            let wire = try? plain.wire(of: Array(row.text.utf8), as: type)
            return [Array(type.utf8), Array(row.text.utf8), Array((wire == nil ? "" : "ok").utf8), wire ?? []]
        }
        for (row, verdict) in zip(Self.texts, try oracle.ask("parse", records)) {
            #expect(verdict == row.verdict, "\(row.text)")
        }
    }
}
