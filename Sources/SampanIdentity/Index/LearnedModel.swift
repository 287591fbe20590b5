internal import SampanStorage

/// Model and frequencies as the file keeps them: sealed, since who knows a name could look its frequency up.
struct LearnedModel: Sendable {
    var model = MatchModel.initial
    var frequencies = TermFrequencies()

    private static let context = Array("sampan identity model".utf8)
    private static let name = "model"

    var scorer: MatchScorer { MatchScorer(model: model, frequencies: frequencies) }

    static func read(_ keys: any IndexKeys, _ tx: borrowing Transaction) throws -> LearnedModel? {
        guard let box = try tx.first("SELECT sealed FROM settings WHERE name = ?", .text(name), map: { try $0.blob(0) }) else { return nil }
        guard let bytes = try? keys.open(box, context: context), let learned = LearnedModel(bytes: bytes) else { throw IndexError.sealed }
        return learned
    }

    func write(_ keys: any IndexKeys, _ tx: borrowing Transaction) throws {
        try tx.execute(
            "INSERT INTO settings (name, sealed) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed", .text(Self.name),
            .blob(try keys.seal(bytes, context: Self.context)))
    }

    init() {}

    init(model: MatchModel, frequencies: TermFrequencies) {
        self.model = model
        self.frequencies = frequencies
    }

    // Little-endian 64-bit words: the version, prior, m and u of every level, then three tables of pairs.
    private var bytes: [UInt8] {
        var words: [UInt64] = [1, model.prior.bitPattern]
        for field in model.fields { words += field.m.map(\.bitPattern) + field.u.map(\.bitPattern) }
        words.append(UInt64(frequencies.records))
        for table in frequencies.tables {
            words.append(UInt64(table.count))
            for (key, count) in table { words += [key, UInt64(UInt32(bitPattern: count))] }
        }
        var bytes: [UInt8] = []
        bytes.reserveCapacity(words.count * 8)
        for word in words { for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: word >> (shift * 8))) } }
        return bytes
    }

    private init?(bytes: [UInt8]) {
        var position = 0
        func next() -> UInt64? {
            guard position + 8 <= bytes.count else { return nil }
            defer { position += 8 }
            return (0..<8).reduce(0) { $0 | UInt64(bytes[position + $1]) << ($1 * 8) }
        }
        guard next() == 1, let prior = next() else { return nil }
        model.prior = Double(bitPattern: prior)
        for field in model.fields.indices {
            for level in model.fields[field].m.indices {
                guard let word = next() else { return nil }
                model.fields[field].m[level] = Double(bitPattern: word)
            }
            for level in model.fields[field].u.indices {
                guard let word = next() else { return nil }
                model.fields[field].u[level] = Double(bitPattern: word)
            }
        }
        guard let records = next(), records < UInt64(Int32.max) else { return nil }
        var tables: [[UInt64: Int32]] = []
        for _ in 0..<3 {
            guard let count = next(), count <= UInt64(bytes.count) else { return nil }
            var table: [UInt64: Int32] = [:]
            table.reserveCapacity(Int(count))
            for _ in 0..<count {
                guard let key = next(), let value = next() else { return nil }
                table[key] = Int32(truncatingIfNeeded: value)
            }
            tables.append(table)
        }
        frequencies = TermFrequencies(records: Int(records), tables: tables)
    }
}
