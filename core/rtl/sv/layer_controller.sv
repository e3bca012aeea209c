// Walks over the weights of a layer: for each block of ROWS_AT_ONCE rows, for each step of LANES groups, one
// cycle each, without gaps. Says in which cycle each stage of the layer has something to do.
//
//     cycle   0        1           2              3           4            5       6
//             address  index word  decoded group  group sums  accumulator  scaled  output
//
// The start pulse is taken in one cycle, the first address follows in the next; `done` is high in the cycle
// after the last output, when that is in the buffer: BLOCKS * STEPS + 7 cycles from start to done.
module layer_controller #(
    parameter int BLOCKS = 4,           // row blocks
    parameter int STEPS = 8,            // per row block
    parameter int GROUPS = 64,          // per row
    parameter int LANES = 8,
    parameter int ADDRESS_BITS = 5,     // of BLOCKS * STEPS words
    parameter int STEP_BITS = 3,
    parameter int BLOCK_BITS = 2
) (
    input  logic                    clk,
    input  logic                    reset,
    input  logic                    start,
    output logic                    busy,          // stage 0: `address` is asked for
    output logic [ADDRESS_BITS-1:0] address,
    output logic                    indexes_valid, // stage 1
    output logic [STEP_BITS-1:0]    indexes_step,
    output logic [BLOCK_BITS-1:0]   indexes_block,
    output logic [LANES-1:0]        lane_valid,    // all but the last step's lanes beyond the row
    output logic                    sums_valid,    // stage 3
    output logic                    sums_first,    // of a row
    output logic [BLOCK_BITS-1:0]   sums_block,
    output logic                    out_valid,     // stage 6
    output logic [BLOCK_BITS-1:0]   out_block,
    output logic                    done
);
    localparam logic [STEP_BITS-1:0]  LAST_STEP  = STEP_BITS'(STEPS - 1);
    localparam logic [BLOCK_BITS-1:0] LAST_BLOCK = BLOCK_BITS'(BLOCKS - 1);
    localparam int                    LAST_LANES = GROUPS - (STEPS - 1)*LANES;

    logic [STEP_BITS-1:0]    step;
    logic [BLOCK_BITS-1:0]   block;
    // Bit s: stage s has something to do, the first or the last step of a row.
    logic [6:1]              valid, last;
    logic [3:1]              first;
    logic [6*BLOCK_BITS-1:0] blocks;  // of stages 1 (lowest) to 6

    always_ff @(posedge clk)
        if (reset)
            busy <= 1'b0;
        else if (start) begin
            busy    <= 1'b1;
            address <= '0;
            step    <= '0;
            block   <= '0;
        end else if (busy) begin
            address <= address + 1'b1;
            step    <= step == LAST_STEP ? '0 : step + 1'b1;
            if (step == LAST_STEP) begin
                block <= block + 1'b1;
                busy  <= block != LAST_BLOCK;
            end
        end

    always_ff @(posedge clk) begin
        valid  <= reset ? '0 : {valid[5:1], busy};
        first  <= {first[2:1], step == '0};
        last   <= {last[5:1], step == LAST_STEP};
        blocks <= (6*BLOCK_BITS)'({blocks, block});
        indexes_step <= step;
        done   <= !reset && out_valid && out_block == LAST_BLOCK;
    end

    generate
        for (genvar lane = 0; lane < LANES; lane = lane + 1) begin : lanes
            assign lane_valid[lane] = valid[1] && (!last[1] || lane < LAST_LANES);
        end
    endgenerate

    assign indexes_valid = valid[1];
    assign indexes_block = blocks[0 +: BLOCK_BITS];
    assign sums_valid    = valid[3];
    assign sums_first    = first[3];
    assign sums_block    = blocks[2*BLOCK_BITS +: BLOCK_BITS];
    assign out_valid     = valid[6] && last[6];
    assign out_block     = blocks[5*BLOCK_BITS +: BLOCK_BITS];
endmodule
