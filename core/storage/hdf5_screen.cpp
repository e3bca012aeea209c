#include "core/storage/hdf5_screen.h"

#include "core/storage/hdf5_messages.h"

#include <set>

namespace ternbench::h5 {

namespace {

/// What the superblock fixes for all groups, as the library chooses by default.
constexpr std::uint64_t leafK = 4, internalK = 16;
/// More than any file of ours, in which groups lie two deep.
constexpr int maxDepth = 8;

/// What a refusal is about, which decides what helps.
enum class Concern { Structure, Type, Storage, Attribute };

Concern concernOf(std::uint64_t messageKind)
{
    switch (messageKind) {
    case 0x03:
        return Concern::Type;
    case 0x08:
    case 0x0B:
        return Concern::Storage;
    case 0x0C:
        return Concern::Attribute;
    default:
        return Concern::Structure;
    }
}

/// Names of a group.
struct LocalHeap
{
    std::uint64_t address = 0;
    Block names;
};

class Screen
{
public:
    explicit Screen(const std::filesystem::path& path) : m_file(path) {}

    void run()
    {
        if (m_file.size() < 96)
            throw InputError("it has only " + std::to_string(m_file.size()) + " bytes");
        const Block start = m_file.take(0, 96);
        start.requireText(0, "\x89HDF\r\n\x1A\n");
        for (const std::uint64_t version : {8, 9, 10, 12})
            start.require(start.u8(version) == 0, "is of another version of HDF5 than this program writes");
        start.require(start.u8(13) == 8 && start.u8(14) == 8 && start.u16(16) == leafK &&
                          start.u16(18) == internalK && start.u64(24) == 0 &&
                          start.u64(32) == undefinedAddress && start.u64(48) == undefinedAddress,
                      "is a beginning of another form than this program writes");
        if (start.u64(40) > m_file.size())
            throw InputError("it has " + std::to_string(m_file.size()) + " bytes, its beginning says " +
                             std::to_string(start.u64(40)));
        visitEntry(start.part(56, 40), 0);
    }

    /// Of the object that was looked at last: "/x_train"; empty for the root.
    const std::string& path() const { return m_path; }
    Concern concern() const { return m_concern; }

private:
    /// An object by its entry in a group; the root's entry is in the superblock.
    void visitEntry(const Block& entry, int depth)
    {
        const std::uint64_t cached = entry.u32(16);
        const Block table = visitObject(entry.u64(8), depth);
        entry.require(cached <= 1, "is a link to another place");
        entry.require(cached == 0 || (table.size() > 0 && table.u64(0) == entry.u64(24) &&
                                      table.u64(8) == entry.u64(32)),
                      "does not say the same as the group it is of");
    }

    /// Everything in an object's header. The message that makes it a group, or nothing.
    Block visitObject(std::uint64_t address, int depth)
    {
        const Block prefix = m_file.take(address, 16);
        prefix.require(prefix.u8(0) == 1 && prefix.u32(8) > 0, "is no object header of ours");
        Object object;
        std::vector<Stored> chunks{{address + 16, prefix.u32(8)}};
        for (std::size_t i = 0; i < chunks.size(); ++i)
            visitMessages(m_file.take(chunks[i].address, chunks[i].size), object, chunks);
        const bool isGroup = object.table.size() > 0;
        const bool isDataset = object.seen.contains(1) && object.seen.contains(3) && object.seen.contains(8);
        prefix.require(isGroup != isDataset, "is neither a group nor a dataset");
        prefix.require(isDataset || !object.stored, "is a group that stores values");
        if (object.stored) {
            prefix.require(object.element.size > 0, "has values of no size");
            prefix.require(object.values <= object.stored->size / object.element.size,
                           "is a dataset of more values than it stores");
            m_file.claim(object.stored->address, object.stored->size);
        }
        m_concern = Concern::Type;
        prefix.require(!object.element.variableText, "is a dataset of texts of variable length");
        m_concern = Concern::Structure;
        if (isGroup)
            visitGroup(object.table, depth);
        return object.table;
    }

    struct Object
    {
        std::set<std::uint64_t> seen; ///< kinds of which there may be one
        ElementType element;
        std::uint64_t values = 0;
        std::optional<Stored> stored;
        Block table; ///< of a group: where its tree and its names are
    };

    void visitMessages(const Block& chunk, Object& object, std::vector<Stored>& chunks)
    {
        for (std::uint64_t at = 0; at < chunk.size();) {
            const std::uint64_t kind = chunk.u16(at);
            const std::uint64_t size = chunk.u16(at + 2);
            const Block message = chunk.part(at + 8, size);
            m_concern = concernOf(kind);
            message.require((chunk.u8(at + 4) & 0x02) == 0, "is shared");
            at += 8 + size;
            if (kind == 0x10)
                chunks.push_back({message.u64(0), message.u64(8)});
            else if (kind == 0x0C)
                for (const HeapText& text : attributeTexts(message))
                    checkHeapText(message, text);
            else if (kind != 0) {
                message.require(object.seen.insert(kind).second, "is there twice");
                visitMessage(kind, message, object);
            }
            m_concern = Concern::Structure;
        }
    }

    static void visitMessage(std::uint64_t kind, const Block& message, Object& object)
    {
        switch (kind) {
        case 0x01:
            object.values = valueCount(message);
            break;
        case 0x03:
            object.element = elementType(message);
            break;
        case 0x05:
            checkFillValue(message);
            break;
        case 0x08:
            object.stored = storedAt(message);
            break;
        case 0x0B:
            message.require(false, "says that the values are compressed or filtered");
            break;
        case 0x11:
            object.table = message.part(0, 16);
            break;
        case 0x12: // time of the last change
            message.part(0, 8);
            break;
        default:
            message.require(false, "is of a kind that this program does not write");
        }
    }

    void checkHeapText(const Block& message, const HeapText& text)
    {
        if (text.size == 0 && (text.collection == 0 || text.collection == undefinedAddress))
            return;
        const auto known = m_collections.find(text.collection);
        const auto& sizes = known != m_collections.end() ? known->second : readCollection(text.collection);
        const auto found = sizes.find(text.index);
        message.require(found != sizes.end() && found->second == text.size, "is a text that is not there");
    }

    using ObjectSizes = std::map<std::uint64_t, std::uint64_t>; ///< index to size

    const ObjectSizes& readCollection(std::uint64_t address)
    {
        const Block header = m_file.peek(address, 16);
        header.requireText(0, "GCOL\x01");
        const Block heap = m_file.take(address, header.u64(8));
        heap.require(heap.size() >= 4096 && heap.size() % 8 == 0, "is a heap of an impossible size");
        ObjectSizes sizes;
        for (std::uint64_t at = 16; at + 16 <= heap.size();) {
            const std::uint64_t index = heap.u16(at);
            const std::uint64_t size = heap.u64(at + 8);
            if (index == 0) { // free space to the end, its own head counted
                heap.require(size == heap.size() - at, "is a heap with a hole");
                break;
            }
            heap.require(size <= heap.size() - at - 16, "is a heap that holds more than itself");
            heap.require(sizes.emplace(index, size).second, "is a heap that holds something twice");
            at += 16 + (size + 7) / 8 * 8;
        }
        return m_collections[address] = std::move(sizes);
    }

    void visitGroup(const Block& table, int depth)
    {
        table.require(depth < maxDepth, "is nested too deeply");
        LocalHeap heap{table.u64(8), {}};
        const Block header = m_file.take(heap.address, 32);
        header.requireText(0, std::string_view("HEAP\0", 5));
        heap.names = m_file.take(header.u64(24), header.u64(8));
        header.require(heap.names.size() >= 8, "is a list of names of an impossible size");
        checkFreeNames(heap.names, header.u64(16));
        visitTree(table.u64(0), heap, depth, -1);
    }

    /// The unused parts of a list of names, each of which says where the next is.
    static void checkFreeNames(const Block& names, std::uint64_t first)
    {
        std::set<std::uint64_t> seen;
        for (std::uint64_t at = first; at != 1;) { // 1: no more
            names.require(at % 8 == 0 && seen.insert(at).second, "is a list of names with a broken chain");
            const std::uint64_t size = names.u64(at + 8);
            names.require(size >= 16 && size % 8 == 0, "is a list of names with a broken chain");
            names.part(at, size);
            at = names.u64(at);
        }
    }

    /// `level` -1: the root of the tree, of any level.
    void visitTree(std::uint64_t address, const LocalHeap& heap, int depth, int level)
    {
        const Block node = m_file.take(address, 24 + 8 * (4 * internalK + 1));
        node.requireText(0, std::string_view("TREE\0", 5));
        const int own = int(node.u8(5));
        node.require(level < 0 ? own <= 3 : own == level, "is a node of another level");
        node.require(node.u16(6) <= 2 * internalK, "is a node of too many children");
        for (std::uint64_t i = 0; i < node.u16(6); ++i) {
            const std::uint64_t child = node.u64(24 + 8 * (2 * i + 1));
            heap.names.requireTerminated(node.u64(24 + 16 * i));
            heap.names.requireTerminated(node.u64(24 + 16 * (i + 1)));
            if (own > 0)
                visitTree(child, heap, depth, own - 1);
            else
                visitLeaf(child, heap, depth);
        }
    }

    void visitLeaf(std::uint64_t address, const LocalHeap& heap, int depth)
    {
        const Block leaf = m_file.take(address, 8 + 2 * leafK * 40);
        leaf.requireText(0, "SNOD\x01");
        leaf.require(leaf.u16(6) <= 2 * leafK, "is a leaf of too many entries");
        for (std::uint64_t i = 0; i < leaf.u16(6); ++i) {
            const Block entry = leaf.part(8 + 40 * i, 40);
            heap.names.requireTerminated(entry.u64(0));
            const std::size_t parent = m_path.size();
            m_path += "/" + heap.names.shownText(entry.u64(0));
            visitEntry(entry, depth + 1);
            m_path.resize(parent);
        }
    }

    BlockFile m_file;
    std::string m_path;
    Concern m_concern = Concern::Structure;
    std::map<std::uint64_t, ObjectSizes> m_collections;
};

/// h5repack keeps some forms of newer files, and lacks h5py's own filters.
constexpr const char* repack =
    "a copy that is read (contiguous, not compressed) is made by `h5repack -l CONTI -f NONE OLD NEW`, or in "
    "h5py by `new[name] = old[name][()]` for each dataset";

/// What another program's file needs to be read.
std::string remedyFor(Concern concern)
{
    switch (concern) {
    case Concern::Type:
        return std::string(
                   "; integers of 8, 16, 32 and 64 bits and float16, float32 and float64 are read: ") +
               "convert the dataset, in h5py with .astype(\"uint8\") or .astype(\"float32\"), or leave it "
               "out";
    case Concern::Storage:
        return std::string("; ") + repack;
    case Concern::Attribute:
        return "; attributes of numbers and texts are read: leave this one out, or write it as one of them";
    case Concern::Structure:
        break;
    }
    return std::string("; if other programs read it, ") + repack;
}

std::string refusal(const Screen& screen, const std::string& what, Maker maker)
{
    const std::string where = screen.path().empty() ? what : screen.path() + ": " + what;
    const std::string unsound = "is an HDF5 file but damaged or truncated, or ";
    if (maker == Maker::Ternbench)
        return unsound + "not one of this program: " + where;
    const bool foreign = screen.concern() != Concern::Structure; // sound, as far as can be told
    return (foreign ? "" : unsound + "of a form that is not read here: ") + where +
           remedyFor(screen.concern());
}

} // namespace

void screenFile(const std::filesystem::path& path, Maker maker)
{
    Screen screen(path);
    try {
        screen.run();
    } catch (const InputError& error) {
        throw InputError(path.string() + ": " + refusal(screen, error.what(), maker));
    }
}

} // namespace ternbench::h5
