import Glibc
import StoreTestSupport
import Testing

@testable import SampanStorage

@Suite("Opening a file")
struct OpeningTests {
    let directory: TemporaryDirectory

    init() throws { directory = try TemporaryDirectory() }

    private func failure(_ path: String, _ schema: Schema = numbers, _ options: SQLiteOptions = SQLiteOptions()) -> StorageError? {
        do throws(StorageError) {
            _ = try SQLiteDatabase(path: path, schema: schema, options: options)
            return nil
        } catch {
            return error
        }
    }

    @Test("a missing directory, a directory in its place")
    func cannotOpen() {
        #expect(failure(directory.file("no/such/x.db"))?.kind == .cannotOpen)
        #expect(failure(directory.path)?.kind == .cannotOpen)
    }

    @Test("bytes that are no database are left alone")
    func notADatabase() throws {
        let path = directory.file()
        let garbage = String(repeating: "this is not a database\n", count: 100)
        try write(garbage, to: path)
        #expect(failure(path)?.kind == .notADatabase)
        #expect(try size(of: path) == garbage.utf8.count)
    }

    @Test("a full disk while migrating is a typed error")
    func full() {
        var options = SQLiteOptions()
        options.maximumPages = 1
        #expect(failure(directory.file(), numbers, options)?.kind == .full)
    }

    @Test("the file is its owner's only")
    func mode() async throws {
        let database = try SQLiteDatabase(path: directory.file(), schema: numbers)
        for suffix in ["", "-wal", "-shm"] {
            var info = stat()
            #expect(unsafe stat(directory.file() + suffix, &info) == 0)
            #expect(info.st_mode & 0o777 == 0o600)
        }
        await database.close()
    }

    @Test("steps run once, forward only, and a newer or foreign file is refused")
    func migrations() async throws {
        let path = directory.file()
        let second = Schema(name: "numbers", migrations: numbers.migrations + [Migration("more", "CREATE TABLE more (n BIGINT)")])
        for schema in [numbers, numbers, second, second] {
            let database = try SQLiteDatabase(path: path, schema: schema)
            await database.close()
        }
        #expect(failure(path, numbers)?.kind == .newerSchema)
        #expect(failure(path, Schema(name: "other", migrations: second.migrations))?.kind == .wrongSchema)
        #expect(failure(path, Schema(name: "numbers", migrations: [Migration("x", ""), Migration("more", "")]))?.kind == .wrongSchema)
    }

    @Test("a step that fails leaves the file as it was")
    func failedStep() async throws {
        let path = directory.file()
        let database = try SQLiteDatabase(path: path, schema: numbers)
        await database.close()
        let broken = Schema(
            name: "numbers", migrations: numbers.migrations + [Migration("half", "CREATE TABLE half (n BIGINT); CREATE TABLE numbers (n)")])
        #expect(failure(path, broken)?.kind == .misuse)
        let again = try SQLiteDatabase(path: path, schema: numbers)
        let tables = try await again.read { tx in try tx.first("SELECT COUNT(*) FROM sqlite_master WHERE name = 'half'") { try $0.int64(0) }
        }
        #expect(tables == 0)
        await again.close()
    }

    private func write(_ text: String, to path: String) throws {
        let descriptor = unsafe Glibc.open(path, O_WRONLY | O_CREAT, 0o600)
        defer { Glibc.close(descriptor) }
        let bytes = Array(text.utf8)
        let count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(descriptor, $0.baseAddress, $0.count) }
        #expect(count == bytes.count)
    }

    private func size(of path: String) throws -> Int {
        var info = stat()
        #expect(unsafe stat(path, &info) == 0)
        return Int(info.st_size)
    }
}
