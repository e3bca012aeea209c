// From the index of a group to the non-zeros of its N weights: one row of the code's table, K slots wide.
//
// Slot k of a row holds the k-th non-zero, in the order of positions:
//     { nonzero, negative, position[POSITION_BITS-1:0] }      slot 0 in the lowest bits
// Slots without a non-zero are zero. One clock cycle of latency.
//
// TABLE_IN_LOGIC 0: the table is a ROM. 1: gates compute the row from the index, as the order of the table
// allows: by number of non-zeros, then by positions in lexicographic order, then by signs.
module group_decoder #(
    parameter int N = 8,                     // weights of a group
    parameter int K = 2,                     // non-zeros at most
    parameter int K_MIN = 0,                 // non-zeros at least: 0, 1 (trimmed) or K (exactly K)
    parameter int PATTERNS = 129,            // rows of the table
    parameter int INDEX_BITS = 8,
    parameter int POSITION_BITS = 3,
    parameter bit TABLE_IN_LOGIC = 1'b0,
    parameter TABLE_IMAGE = "table.hex",
    parameter logic [31:0] TABLE_CHECKSUM = 0,
    parameter bit TABLE_CHECKED = 1'b1
) (
    input  logic                       clk,
    input  logic                       valid,     // a group is there
    input  logic [INDEX_BITS-1:0]      index,
    output logic [K-1:0]               nonzero,   // by slot
    output logic [K-1:0]               negative,
    output logic [K*POSITION_BITS-1:0] position,
    output logic                       illegal    // the index is beyond the table; no slot is in use then
);
    localparam int SLOT_BITS = POSITION_BITS + 2;

    logic [K*SLOT_BITS-1:0] row;
    logic                   used;

    // One bit wider than the index: a table of 2^INDEX_BITS patterns has no illegal index.
    wire beyond = {1'b0, index} >= (INDEX_BITS+1)'(PATTERNS);

    always_ff @(posedge clk) begin
        used    <= valid && !beyond;
        illegal <= valid && beyond;
    end

    generate
        if (TABLE_IN_LOGIC) begin : in_logic
            wire [K*SLOT_BITS-1:0] decoded;

            pattern_logic #(
                .N(N), .K(K), .K_MIN(K_MIN), .INDEX_BITS(INDEX_BITS), .POSITION_BITS(POSITION_BITS)
            ) gates (
                .index(index), .row(decoded)
            );
            always_ff @(posedge clk)
                if (valid)
                    row <= decoded;
        end else begin : in_rom
            rom #(
                .WIDTH(K*SLOT_BITS), .DEPTH(PATTERNS), .ADDRESS_BITS(INDEX_BITS), .IMAGE(TABLE_IMAGE),
                .CHECKSUM(TABLE_CHECKSUM), .CHECKED(TABLE_CHECKED)
            ) patterns (
                .clk(clk), .enable(valid && !beyond), .address(index), .data(row)
            );
        end
    endgenerate

    always_comb
        for (int slot = 0; slot < K; slot = slot + 1) begin
            nonzero[slot]  = used && row[slot*SLOT_BITS + POSITION_BITS + 1];
            negative[slot] = row[slot*SLOT_BITS + POSITION_BITS];
            position[slot*POSITION_BITS +: POSITION_BITS] = row[slot*SLOT_BITS +: POSITION_BITS];
        end
endmodule
